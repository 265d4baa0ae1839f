import MillraceDomain
import Testing

/// What holds of every `QueueCounters`.
public enum QueueCountersContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = counting + moving

    /// Looks whether the default queue has so many jobs in each live state and there is no other queue; folding must
    /// make no difference.
    static func expect(
        _ depth: [JobState: Int], in store: StoreUnderTest, _ sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for _ in 0..<2 {
            let queues = try await store.counters.census().queues
            #expect(queues.map(\.name) == (depth.isEmpty ? [] : [.default]), sourceLocation: sourceLocation)
            #expect(queues.first?.depth ?? [:] == depth, sourceLocation: sourceLocation)
            _ = try await store.counters.fold()
        }
    }

    private static let slow = QueueName(stored: "slow")

    private static let counting: [Clause<StoreUnderTest>] = [
        Clause("an empty store has no queues at a moment") { store in
            let census = try await store.counters.census()
            #expect(census == QueueCensus(at: store.clock.now(), queues: []))
            #expect(try await store.counters.fold() == 0)
        },
        Clause("the jobs of every live state are counted, ended ones are not") { store in
            let owner = try await store.makeUser().id
            var depth: [JobState: Int] = [:]
            // The expired one last: the clock moves on for it, so far that others would be swept.
            for state in JobState.allCases where state != .blocked && state != .expired {
                for _ in 0..<2 { _ = try await store.job(in: state, of: owner) }
                if !state.isTerminal { depth[state] = 2 }
                try await expect(depth, in: store)
            }
        },
        Clause("queues come in the order of their names, paused ones also without jobs") { store in
            let owner = try await store.makeUser().id
            for name in ["b", "a-b", "ab"] {
                _ = try await store.submit(owner) { $0.queue = QueueName(stored: name) }
            }
            try await store.queues.setPaused(true, queue: slow)
            try await store.queues.setPaused(true, queue: QueueName(stored: "a-b"))
            let queues = try await store.counters.census().queues
            #expect(queues.map(\.name.text) == ["a-b", "ab", "b", "slow"])
            #expect(queues.map(\.isPaused) == [true, false, false, true])
            #expect(queues.map(\.depth) == [[.queued: 1], [.queued: 1], [.queued: 1], [:]])
            #expect(try await store.queues.list() == queues)
        },
        Clause("the oldest queued job of a queue is known to the second, and the next when it is claimed") { store in
            let owner = try await store.makeUser().id
            _ = try await store.job(in: .retrying, of: owner)
            var waiting: [Job] = []
            for _ in 0..<3 {
                store.clock.advance(by: .milliseconds(1700))
                waiting.append(try await store.submit(owner))
            }
            for job in waiting {
                #expect(try await oldest(store) == job.createdAt.wholeSecond)
                _ = try await store.counters.fold()
                #expect(try await oldest(store) == job.createdAt.wholeSecond)
                _ = try await store.claim(job)
            }
            #expect(try await oldest(store) == nil)
        },
        Clause("a job that was accepted long ago and is queued again makes its queue old") { store in
            let first = try await store.claim(try await store.submit(try await store.makeUser().id))
            store.clock.advance(by: .seconds(5))
            _ = try await store.submit(first.job.ownerID)
            try await store.finish(.releasing(first.lease))
            #expect(try await oldest(store) == first.job.createdAt.wholeSecond)
        },
        Clause("folding tells how much there was to fold, and nothing is wrong that nobody has disturbed") { store in
            let owner = try await store.makeUser().id
            for state in JobState.allCases where state != .blocked { _ = try await store.job(in: state, of: owner) }
            let before = try await store.counters.census()
            #expect(try await store.counters.reconcile() == 0)
            _ = try await store.counters.fold()
            #expect(try await store.counters.fold() == 0)
            #expect(try await store.counters.reconcile() == 0)
            #expect(try await store.counters.census() == before)
        },
    ]

    private static func oldest(_ store: StoreUnderTest) async throws -> Timestamp? {
        try #require(try await store.counters.census().queues.first).oldestQueuedAt
    }
}
