import MillraceDomain
import Testing

/// What holds of every `FinishedJobs`.
public enum FinishedJobsContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = reading + removing + remembering + measuring

    static let reading: [Clause<StoreUnderTest>] = [
        Clause("ended jobs come in the order of their ends, with every field and all their runs") { store in
            let owner = try await store.makeUser().id
            let first = try await store.submit(owner) { $0 = .full(now: store.clock.now()) }
            let second = try await store.submit(owner)
            store.clock.advance(by: .seconds(1))
            let claimed = try await store.claim(second)
            try await store.finish(.releasing(claimed.lease))
            try await store.finish(.succeeding(try await store.claim(second).lease, result: .oddlySpelt))
            store.clock.advance(by: .microseconds(1))
            try await store.finish(.failing(try await store.claim(first).lease, isFinal: true))
            store.clock.advance(by: .seconds(1))
            _ = try await store.jobs.retry(first.id, owner: nil, evenSucceeded: false)
            try await store.finish(.succeeding(try await store.claim(first).lease))
            let ended = try await store.finished.ended(.others, age: .zero, after: nil, limit: 10)
            #expect(ended.map(\.job) == [try await store.job(second.id), try await store.job(first.id)])
            for archived in ended {
                #expect(try await store.jobs.attempts(of: archived.job.id) == archived.attempts)
                #expect(archived.attempts.count == 2)
                #expect(archived.expiresAt == nil)
            }
        },
        Clause("every end is in one of the groups, and nothing that has not ended") { store in
            let owner = try await store.makeUser().id
            var ended: [JobState: JobID] = [:]
            // The expired one first: its sweep would take up the others.
            for state in JobState.allCases.reversed() where state != .blocked {
                let job = try await store.job(in: state, of: owner)
                if state.isTerminal { ended[state] = job.id }
            }
            for group in EndedGroup.allCases {
                let found = try await store.finished.ended(group, age: .zero, after: nil, limit: 100).map(\.job.id)
                #expect(Set(found) == Set(group.states.compactMap { ended[$0] }), "\(group)")
            }
        },
        Clause("a job that never ran has no runs") { store in
            let cancelled = try await store.job(in: .cancelled, of: try await store.makeUser().id)
            let ended = try await store.finished.ended(.others, age: .zero, after: nil, limit: 1)
            #expect(ended == [ArchivedJob(job: cancelled)])
        },
        Clause("jobs come once they are old enough, to the microsecond") { store in
            let owner = try await store.makeUser().id
            for (state, group) in [(JobState.dead, EndedGroup.dead), (.succeeded, .others)] {
                _ = try await store.job(in: state, of: owner)
                store.clock.advance(by: .seconds(60) - .microseconds(1))
                #expect(try await store.finished.ended(group, age: .seconds(60), after: nil, limit: 1).isEmpty)
                store.clock.advance(by: .microseconds(1))
                #expect(try await store.finished.ended(group, age: .seconds(60), after: nil, limit: 1).count == 1)
            }
        },
        Clause("steps go on after any place, also among equal times, without gaps and doubles") { store in
            let owner = try await store.makeUser().id
            for (state, group) in [(JobState.dead, EndedGroup.dead), (.cancelled, .others)] {
                var ended: [Job] = []
                for number in 0..<9 {
                    if number % 3 == 0 { store.clock.advance(by: .microseconds(1)) }
                    ended.append(try await store.job(in: state, of: owner))
                }
                let places = ended.map { (end: ($0.finishedAt ?? $0.createdAt, $0.id), job: $0) }
                let expected = places.sorted { $0.end < $1.end }.map(\.job)
                for limit in [1, 2, 4, 9, 100] {
                    let steps = try await steps(store, group, limit: limit)
                    #expect(steps == expected, "\(group) by \(limit)")
                }
            }
            #expect(try await store.finished.ended(.others, age: .zero, after: nil, limit: 0).isEmpty)
        },
    ]

    static let measuring: [Clause<StoreUnderTest>] = [
        Clause("the backlog is what is late by its group's hot time, to the minute") { store in
            let times = HotTimes(dead: .seconds(7200), others: .seconds(3600))
            let none = ArchiveBacklog(jobs: 0, oldest: nil)
            #expect(try await store.finished.backlog(times) == none)
            let owner = try await store.makeUser().id
            var ended: [Job] = []
            for state in [JobState.succeeded, .cancelled, .dead] {
                ended.append(try await store.job(in: state, of: owner))
            }
            _ = try await store.submit(owner)
            #expect(try await store.finished.backlog(times) == none)
            store.clock.advance(by: .seconds(3600))
            #expect(try await store.finished.backlog(times) == none)
            try await expectBacklog(store, times, jobs: 2, after: .seconds(300), waiting: .seconds(300))
            try await expectBacklog(store, times, jobs: 3, after: .seconds(3600), waiting: .seconds(3900))
            _ = try await store.jobs.retry(ended[0].id, owner: nil, evenSucceeded: true)
            try await expectBacklog(store, times, jobs: 2, after: .zero, waiting: .seconds(3900))
            _ = try await store.finished.remove(ended.map { EndedVersion($0) })
            #expect(try await store.finished.backlog(times) == none)
        }
    ]

    /// Moves the clock and looks at the backlog.
    private static func expectBacklog(
        _ store: StoreUnderTest, _ times: HotTimes, jobs: Int, after step: Duration, waiting: Duration
    ) async throws {
        store.clock.advance(by: step)
        let backlog = try await store.finished.backlog(times)
        #expect(backlog.jobs == jobs)
        let oldest = try #require(backlog.oldest)
        #expect((waiting - .seconds(60)...waiting + .seconds(60)).contains(oldest), "\(oldest)")
    }

    private static func steps(_ store: StoreUnderTest, _ group: EndedGroup, limit: Int) async throws -> [Job] {
        var jobs: [Job] = []
        var after: EndedPosition?
        while jobs.count < 1000 {
            let step = try await store.finished.ended(group, age: .zero, after: after, limit: limit)
            guard step.count <= limit else { throw UnexpectedOutcome("a step of \(step.count) jobs") }
            guard let last = step.last?.job, let finishedAt = last.finishedAt else { return jobs }
            jobs += step.map(\.job)
            after = EndedPosition(finishedAt: finishedAt, id: last.id)
        }
        throw UnexpectedOutcome("steps that do not end")
    }
}
