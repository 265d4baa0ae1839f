import MillraceDomain

/// A cluster: partitions with their logs, who reads them, and all that can happen to them.
///
/// Touched only on the thread that drives its simulation.
final class Broker: @unchecked Sendable {
    /// A record in a log.
    struct Entry {
        let record: SourceRecord
        let tag: Int?
        /// Whether it only brings word of a job, so that its offset need not be noted.
        let isWord: Bool
        /// Whether any process has ever been sent it.
        var isDelivered = false
    }

    /// A partition's log.
    struct Log {
        var low: Int64 = 0
        var entries: [Entry] = []
        /// Whether it was made anew without any other sign than shorter offsets, which need not be seen.
        var wasRecreated = false

        var high: Int64 { low + Int64(entries.count) }
    }

    static let partitions = Workshop.queues.flatMap { queue in
        (0..<Int32(queue == .default ? 2 : 1)).map {
            TopicPartition(topic: "millrace.jobs.\(queue.text)", partition: $0)
        }
    }

    unowned let world: World
    private(set) var cluster = 0
    /// Assignments before this one were given by another cluster.
    private(set) var firstAssignment: AssignmentID = 0
    var logs: [TopicPartition: Log] = [:]
    var sessions: [FetchSession] = []
    var members: [Member] = []
    var generation: AssignmentID = 0

    /// A process of the consumer group.
    struct Member {
        let consumer: Consumer
        var assigned: [TopicPartition] = []
    }

    init(_ world: World) {
        self.world = world
        for partition in Self.partitions { logs[partition] = Log() }
    }

    var clusterID: String { "cluster-\(cluster)" }

    /// Writes a record, if all goes well.
    ///
    /// - Returns: whether its producer hears that it is written.
    @discardableResult
    func produce(_ message: BrokerMessage, to queue: QueueName, partition choice: Int, from who: String) -> Bool {
        let topic = "millrace.jobs.\(queue.text)"
        let choices = Self.partitions.filter { $0.topic == topic }
        let partition = choices[choice % choices.count]
        if world.hits(.lostRecord, 0.08) {
            world.note(who, "produce \(partition.short)", "lost")
            return false
        }
        let copies = world.hits(.doubledRecord, 0.05) ? 2 : 1
        let delay: Duration =
            world.hits(.lateRecord, 0.06) ? world.faults.length(.lateRecord, 300...6000) : .milliseconds(2)
        for copy in 0..<copies {
            if copy > 0, let tag = message.tag { world.orders.noteCopy(of: tag) }
            world.after(delay * (copy + 1)) { [self] in append(message, to: partition, from: who) }
        }
        return true
    }

    private func append(_ message: BrokerMessage, to partition: TopicPartition, from who: String) {
        guard var log = logs[partition] else { return }
        let record = SourceRecord(
            source: partition, offset: log.high, timestamp: world.now, key: nil, value: message.value,
            headers: message.headers)
        world.note(
            who, "produce \(partition.short)", "offset \(log.high)" + (message.tag.map { ", order \($0)" } ?? ""))
        log.entries.append(Entry(record: record, tag: message.tag, isWord: message.isWord))
        logs[partition] = log
        poke(partition)
    }

    /// Wakes those who wait at the end of a log.
    func poke(_ partition: TopicPartition) {
        for session in sessions where session.partition == partition { session.poke() }
    }

    // MARK: What happens to logs

    /// Cuts a log at its beginning.
    func trim(_ partition: TopicPartition, keeping kept: Int) {
        guard var log = logs[partition], log.entries.count > kept else { return }
        let cut = log.entries.count - kept
        log.low += Int64(cut)
        log.entries.removeFirst(cut)
        logs[partition] = log
        world.note("broker", "trim \(partition.short)", "begins at \(log.low)")
    }

    /// Makes a topic's partition anew, with nothing in it.
    func recreate(_ partition: TopicPartition) {
        logs[partition] = Log(wasRecreated: true)
        world.note("broker", "recreate \(partition.short)")
        poke(partition)
    }

    /// Comes back with nothing at all, under another id; everybody must join anew.
    func restartEmpty() {
        cluster += 1
        for partition in Self.partitions { logs[partition] = Log() }
        for session in sessions { session.close() }
        sessions = []
        world.note("broker", "restart empty", clusterID)
        rebalance(after: .milliseconds(1500))
        firstAssignment = generation
    }

    /// Whether everything in the logs has become rows.
    func isIngested(_ positions: [TopicPartition: PartitionPosition]) -> Bool {
        Self.partitions.allSatisfy { partition in
            guard let log = logs[partition], log.high > 0 else { return true }
            let next = positions[partition]?.nextOffset ?? log.low
            guard next != log.high else { return true }
            return next >= log.low
                && log.entries.dropFirst(Int(next - log.low)).allSatisfy { $0.isWord && $0.isDelivered }
        }
    }
}
