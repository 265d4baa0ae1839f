import MillraceDomain
import Testing

/// What holds of every `QueueRepository`.
public enum QueueRepositoryContract {
    private static let slow = QueueName(stored: "slow")

    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = [
        Clause("a queue without live jobs is not listed") { store in
            #expect(try await store.queues.list() == [])
            let owner = try await store.makeUser().id
            for state in JobState.allCases where state.isTerminal {
                _ = try await store.job(in: state, of: owner)
            }
            #expect(try await store.queues.list() == [])
        },
        Clause("a queue tells how many jobs are in each live state and how long the oldest has waited") { store in
            let owner = try await store.makeUser().id
            let now = store.clock.now()
            _ = try await store.job(in: .retrying, of: owner)
            _ = try await store.job(in: .running, of: owner)
            _ = try await store.job(in: .succeeded, of: owner)
            store.clock.advance(by: .seconds(1))
            let oldest = try await store.job(in: .queued, of: owner)
            store.clock.advance(by: .seconds(1))
            _ = try await store.job(in: .queued, of: try await store.makeUser("other@example.org").id)
            _ = try await store.submit(owner) { ($0.queue, $0.runAt) = (slow, now + .seconds(60)) }
            let depth: [JobState: Int] = [.retrying: 1, .running: 1, .queued: 2]
            #expect(
                try await store.queues.list() == [
                    QueueStatus(
                        name: .default, isPaused: false, depth: depth, oldestQueuedAt: oldest.createdAt.wholeSecond),
                    QueueStatus(name: slow, isPaused: false, depth: [.scheduled: 1], oldestQueuedAt: nil),
                ])
        },
        Clause("queues come in the order of their names, character by character") { store in
            let owner = try await store.makeUser().id
            for name in ["ab", "a0", "a-b", "b", "a"] {
                _ = try await store.submit(owner) { $0.queue = QueueName(stored: name) }
            }
            #expect(try await store.queues.list().map(\.name.text) == ["a", "a-b", "a0", "ab", "b"])
        },
        Clause("a paused queue is listed without jobs, and no more once it goes on") { store in
            try await store.queues.setPaused(true, queue: slow)
            let paused = QueueStatus(name: slow, isPaused: true, depth: [:], oldestQueuedAt: nil)
            #expect(try await store.queues.list() == [paused])
            try await store.queues.setPaused(false, queue: slow)
            #expect(try await store.queues.list() == [])
        },
        Clause("pausing and resuming again changes nothing") { store in
            try await store.queues.setPaused(false, queue: slow)
            #expect(try await store.queues.list() == [])
            for _ in 0..<2 { try await store.queues.setPaused(true, queue: slow) }
            #expect(try await store.queues.list().map(\.isPaused) == [true])
            for _ in 0..<2 { try await store.queues.setPaused(false, queue: slow) }
            #expect(try await store.queues.list() == [])
        },
        Clause("a paused queue accepts jobs") { store in
            let owner = try await store.makeUser().id
            try await store.queues.setPaused(true, queue: slow)
            let job = try await store.submit(owner) { $0.queue = slow }
            #expect(job.state == .queued)
            let status = QueueStatus(
                name: slow, isPaused: true, depth: [.queued: 1], oldestQueuedAt: job.createdAt.wholeSecond)
            #expect(try await store.queues.list() == [status])
        },
    ]
}
