import MillraceDomain
import MillraceKafka
import Testing

/// The one reader of a consumer, with a limit on every wait.
struct Reader {
    struct NothingCame: Error {}

    let consumer: KafkaRecordSource
    var assignment: AssignmentID = 0
    var partitions: [TopicPartition] = []

    /// The next event, within a limit.
    func next(within limit: Duration = .seconds(20)) async throws -> RecordSourceEvent {
        let consumer = consumer
        let event = await withTaskGroup(of: RecordSourceEvent?.self) { group in
            group.addTask { await consumer.next() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let event else { throw NothingCame() }
        return event
    }

    /// Whether nothing comes for a while.
    func isQuiet(for limit: Duration) async -> Bool {
        (try? await next(within: limit)) == nil
    }

    /// Leaves the reader idle for `limit` and tells whether the buffer filled and kept its bound all the while.
    func isQuietAfterFill(limit: Duration, bound: Int) async -> Bool {
        let end = ContinuousClock.now + limit
        var most = 0
        while ContinuousClock.now < end {
            most = max(most, consumer.bufferedRecords)
            await Task.yield()
        }
        return most == bound
    }

    /// Waits for an assignment of at least so many partitions, beginning each at `offset`; nil is the log's beginning.
    mutating func join(partitions count: Int = 1, at offset: Int64? = nil) async throws {
        while true {
            guard case .assigned(let id, let partitions) = try await next() else { continue }
            assignment = id
            self.partitions = partitions
            await consumer.begin(id, at: partitions.map { PartitionStart(source: $0, offset: offset) })
            if partitions.count >= count { return }
        }
    }

    /// Reads this many records.
    func records(_ count: Int) async throws -> [SourceRecord] {
        var records: [SourceRecord] = []
        while records.count < count {
            if case .records(_, _, let batch) = try await next() { records += batch }
        }
        return records
    }
}

extension SourceRecord {
    /// The number that ``Cluster/publish(_:to:key:)`` wrote.
    var number: Int? { value.flatMap { Int(String(decoding: $0, as: UTF8.self)) } }
}
