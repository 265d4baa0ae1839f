import Synchronization

/// Has topics created, with our partitions, before the first record goes to them.
///
/// A record sent first would have the broker create the topic its own way. A topic that cannot be made now is used all
/// the same, and tried again after a while: it may exist unseen, and the record's fate is counted where it is sent.
final class TopicKeeper: Sendable {
    private enum Topic {
        case asked([@Sendable () -> Void])
        case ready
        case missing(askedAt: ContinuousClock.Instant)
    }

    /// Records that may wait for one topic's creation.
    private static let maxWaiting = 1_000
    private static let askEvery = Duration.seconds(5)

    private let admin: KafkaAdmin
    private let topics = Mutex<[String: Topic]>([:])

    init(admin: KafkaAdmin) {
        self.admin = admin
    }

    /// Calls `send` when the topic is there, at once if it is known to be; drops it when too many wait already.
    func whenReady(_ name: String, _ send: @escaping @Sendable () -> Void) {
        let (isReady, isFirst) = topics.withLock { topics in
            switch topics[name] {
            case .ready: return (true, false)
            case .missing(let askedAt) where ContinuousClock.now - askedAt < Self.askEvery: return (true, false)
            case .asked(var waiting):
                // Taken out while it grows, so that it is not copied.
                topics[name] = nil
                if waiting.count < Self.maxWaiting { waiting.append(send) }
                topics[name] = .asked(waiting)
                return (false, false)
            case .missing, nil:
                topics[name] = .asked([send])
                return (false, true)
            }
        }
        if isReady { send() }
        if isFirst { admin.ensureTopic(name) { isThere in self.settled(name, isThere) } }
    }

    private func settled(_ name: String, _ isThere: Bool) {
        let waiting = topics.withLock { topics in
            defer { topics[name] = isThere ? .ready : .missing(askedAt: .now) }
            if case .asked(let waiting) = topics[name] { return waiting }
            return []
        }
        for send in waiting { send() }
    }
}
