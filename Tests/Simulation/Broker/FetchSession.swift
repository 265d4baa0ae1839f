import MillraceDomain

/// One process reading one partition.
///
/// Touched only on the thread that drives its simulation.
final class FetchSession: @unchecked Sendable {
    let partition: TopicPartition
    private let assignment: AssignmentID
    fileprivate let consumer: Consumer
    private unowned let broker: Broker
    private var offset: Int64?
    private let start: Int64?
    private var isWaiting = false
    private(set) var isClosed = false

    init(
        _ partition: TopicPartition, from offset: Int64?, _ assignment: AssignmentID, _ consumer: Consumer,
        _ broker: Broker
    ) {
        (self.partition, self.assignment, self.consumer, self.broker) = (partition, assignment, consumer, broker)
        (self.offset, start) = (offset, offset)
        fetch(in: .milliseconds(5))
    }

    private var world: World { broker.world }

    func close() {
        isClosed = true
    }

    /// There may be something new.
    func poke() {
        guard isWaiting else { return }
        isWaiting = false
        fetch(in: world.latency.milliseconds(2...30))
    }

    private func fetch(in delay: Duration) {
        world.after(delay) { [self] in
            guard !isClosed, !consumer.life.isOver else { return }
            // A process that stands still reads nothing; what was sent before waits for it.
            guard !consumer.life.node.isFrozen else { return fetch(in: .milliseconds(500)) }
            read()
        }
    }

    private func read() {
        guard var log = broker.logs[partition] else { return }
        let next = offset ?? log.low
        guard next >= log.low, next <= log.high else {
            close()
            world.note("broker", "\(consumer.name) asks \(partition.short) for \(next)", "has \(log.low)..<\(log.high)")
            return consumer.receive(.positionLost(assignment, partition, low: log.low, high: log.high))
        }
        guard next < log.high else {
            isWaiting = true
            return
        }
        let isAgain = world.hits(.redelivery, 0.1)
        let again = isAgain ? Int64(world.faults.number(.redelivery, 1...3)) : 0
        let first = max(log.low, start ?? 0, next - again)
        let end = min(log.high, next + Int64(world.latency.number(1...4)))
        let range = Int(first - log.low)..<Int(end - log.low)
        for index in range { log.entries[index].isDelivered = true }
        broker.logs[partition] = log
        offset = end
        consumer.receive(.records(assignment, partition, log.entries[range].map(\.record)))
        fetch(in: world.latency.milliseconds(3...40))
    }
}

extension FetchSession {
    func isOf(_ consumer: Consumer) -> Bool { self.consumer === consumer }
}
