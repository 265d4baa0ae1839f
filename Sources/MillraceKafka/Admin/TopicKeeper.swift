import Synchronization

/// Has topics created, with our partitions, before the first record goes to them.
///
/// A record sent first would have the broker create the topic its own way. A topic that cannot be made now is used all
/// the same, and tried again after a while: it may exist unseen, and the record's fate is counted where it is sent.
final class TopicKeeper: Sendable {
    private enum Topic {
        case asked(Waiting)
        case ready
        case missing(askedAt: ContinuousClock.Instant)
    }

    /// What waits for a topic's creation.
    private struct Waiting {
        var sends: [@Sendable () -> Void]
        var weight: Int
    }

    /// Records that may wait for one topic's creation, and their bytes.
    private static let (maxWaiting, maxWeight) = (1_000, 16 << 20)
    private static let askEvery = Duration.seconds(5)

    private let admin: KafkaAdmin
    private let topics = Mutex<[String: Topic]>([:])

    init(admin: KafkaAdmin) {
        self.admin = admin
    }

    /// Calls `send` when the topic is there, at once if it is known to be.
    ///
    /// - Parameter weight: about how many bytes it keeps while it waits.
    /// - Returns: false when it is dropped, because too many wait already.
    @discardableResult
    func whenReady(_ name: String, weight: Int = 256, _ send: @escaping @Sendable () -> Void) -> Bool {
        let (isReady, isFirst, isTaken) = topics.withLock { topics in
            switch topics[name] {
            case .ready: return (true, false, true)
            case .missing(let askedAt) where ContinuousClock.now - askedAt < Self.askEvery: return (true, false, true)
            case .asked(var waiting):
                // Taken out while it grows, so that it is not copied.
                topics[name] = nil
                let hasRoom = waiting.sends.count < Self.maxWaiting && waiting.weight + weight <= Self.maxWeight
                if hasRoom {
                    waiting.sends.append(send)
                    waiting.weight += weight
                }
                topics[name] = .asked(waiting)
                return (false, false, hasRoom)
            case .missing, nil:
                topics[name] = .asked(Waiting(sends: [send], weight: weight))
                return (false, true, true)
            }
        }
        if isReady { send() }
        if isFirst { admin.ensureTopic(name) { isThere in self.settled(name, isThere) } }
        return isTaken
    }

    private func settled(_ name: String, _ isThere: Bool) {
        let waiting = topics.withLock { topics in
            defer { topics[name] = isThere ? .ready : .missing(askedAt: .now) }
            if case .asked(let waiting) = topics[name] { return waiting.sends }
            return []
        }
        for send in waiting { send() }
    }
}
