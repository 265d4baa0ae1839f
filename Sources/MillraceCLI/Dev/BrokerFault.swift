import MillraceKafka

/// What a development broker can be told to suffer while it runs, one line each on its standard input:
///
/// ```
/// down                          hang up and refuse connections; what is stored stays
/// up                            accept them again
/// slow <milliseconds>           answer so much later; 0 for at once
/// fail <request> <how> <count>  let the next <count> requests of a sort fail
/// ```
enum BrokerFault: Sendable, Equatable {
    case down
    case up
    case slow(milliseconds: Int)
    case fail(MockCluster.Request, MockCluster.Fault, count: Int)

    private static let requests: [String: MockCluster.Request] = [
        "produce": .produce, "fetch": .fetch, "list-offsets": .listOffsets, "metadata": .metadata,
        "offset-commit": .offsetCommit, "find-coordinator": .findCoordinator, "join-group": .joinGroup,
        "heartbeat": .heartbeat,
    ]
    private static let faults: [String: MockCluster.Fault] = [
        "disconnect": .disconnect, "not-leader": .notLeader, "not-authorized": .topicAuthorizationFailed,
        "no-coordinator": .coordinatorNotAvailable, "timed-out": .requestTimedOut, "fenced": .fencedInstance,
    ]

    /// Reads a line; nil when it means nothing.
    init?(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("down", 1): self = .down
        case ("up", 1): self = .up
        case ("slow", 2):
            guard let time = Int(words[1]), (0...60_000).contains(time) else { return nil }
            self = .slow(milliseconds: time)
        case ("fail", 4):
            guard let request = Self.requests[words[1]], let fault = Self.faults[words[2]], let count = Int(words[3]),
                (1...1000).contains(count)
            else { return nil }
            self = .fail(request, fault, count: count)
        default: return nil
        }
    }
}

extension DevBroker {
    /// Suffers it from now on.
    func suffer(_ fault: BrokerFault) {
        switch fault {
        case .down: cluster.setDown(true)
        case .up: cluster.setDown(false)
        case .slow(let time): cluster.setRoundTrip(.milliseconds(time))
        case .fail(let request, let how, let count): cluster.fail(request, with: how, count: count)
        }
    }
}
