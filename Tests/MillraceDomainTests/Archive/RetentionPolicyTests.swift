import MillraceDomain
import TestKit
import Testing

struct RetentionPolicyTests {
    private let slow = QueueName(stored: "slow")

    @Test func `the most specific rule wins, and of two the later`() {
        let policy = RetentionPolicy(
            succeeded: .seconds(1), dead: nil, cancelled: .seconds(3), expired: .seconds(4),
            exceptions: [
                .init(queue: slow, state: .dead, keepFor: .seconds(5)), .init(queue: slow, keepFor: .seconds(6)),
                .init(queue: slow, state: .expired, keepFor: .seconds(7)),
                .init(queue: slow, state: .expired, keepFor: nil),
            ])
        let table: [(JobState, QueueName, Duration?)] = [
            (.succeeded, .default, .seconds(1)), (.dead, .default, nil), (.cancelled, .default, .seconds(3)),
            (.expired, .default, .seconds(4)), (.succeeded, slow, .seconds(6)), (.dead, slow, .seconds(5)),
            (.expired, slow, nil), (.running, .default, nil),
        ]
        for (state, queue, expected) in table { #expect(policy.keepFor(state, in: queue) == expected) }
        #expect(policy.lengths == [1, 3, 4, 5, 6, 7].map { .seconds($0) })
    }

    @Test func `a job expires that long after its end, a live one never`() throws {
        var job = JobArchiveContract.finished(1).job
        let finishedAt = try #require(job.finishedAt)
        #expect(RetentionPolicy(dead: .seconds(60)).expiry(of: job) == finishedAt + .seconds(60))
        #expect(RetentionPolicy(dead: nil).expiry(of: job) == nil)
        (job.state, job.finishedAt) = (.queued, nil)
        #expect(RetentionPolicy().expiry(of: job) == nil)
    }
}
