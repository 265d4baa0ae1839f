import MillraceKafka
import Testing

/// The one reader of a consumer, with a limit on every wait.
struct Reader {
    struct NothingCame: Error {}

    let consumer: KafkaConsumer
    var generation = 0
    var partitions: [KafkaPartition] = []

    /// The next event, within a limit.
    func next(within limit: Duration = .seconds(20)) async throws -> KafkaEvent {
        let consumer = consumer
        let event = await withTaskGroup(of: KafkaEvent?.self) { group in
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

    /// Waits for an assignment of at least so many partitions, answering each with `start`.
    mutating func join(partitions count: Int = 1, at start: KafkaStart = .beginning) async throws {
        while true {
            guard case .assigned(let generation, let partitions) = try await next() else { continue }
            self.generation = generation
            self.partitions = partitions
            begin(start)
            if partitions.count >= count { return }
        }
    }

    func begin(_ start: KafkaStart) {
        consumer.begin(generation: generation, at: Dictionary(uniqueKeysWithValues: partitions.map { ($0, start) }))
    }

    /// Reads this many records.
    func records(_ count: Int) async throws -> [KafkaRecord] {
        var records: [KafkaRecord] = []
        while records.count < count {
            if case .records(_, let batch) = try await next() { records += batch }
        }
        return records
    }
}

extension KafkaRecord {
    /// The number that ``Cluster/publish(_:to:key:)`` wrote.
    var number: Int? { value.flatMap { Int(String(decoding: $0, as: UTF8.self)) } }
}
