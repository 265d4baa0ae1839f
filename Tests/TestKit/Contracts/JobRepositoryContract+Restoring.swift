import MillraceDomain
import Testing

extension JobRepositoryContract {
    static let restoring: [Clause<StoreUnderTest>] = [
        Clause("a job comes back in a new generation, with what was asked for and all its runs") { store in
            let owner = try await store.makeUser().id
            let job = try await store.submit(owner) { submission in
                submission = .full(now: store.clock.now())
                submission.maxAttempts = 7
            }
            try await store.finish(.releasing(try await store.claim(job).lease))
            try await store.finish(.failing(try await store.claim(job).lease, isFinal: true))
            let archived = try await archive(job.id, store)
            store.clock.advance(by: .seconds(60))
            let restored = try #require(try await store.jobs.restore(archived, onDead: .proceed)).job
            var expected = archived.job
            expected.state = .queued
            (expected.generation, expected.attempt, expected.lostLeases) = (1, 0, 0)
            (expected.finishedAt, expected.lastError, expected.result, expected.progress) = (nil, nil, nil, nil)
            #expect(restored == expected)
            #expect(try await store.job(job.id) == restored)
            #expect(try await store.jobs.attempts(of: job.id) == archived.attempts)
            let claimed = try await store.claim(restored)
            #expect((claimed.job.attempt, claimed.job.generation) == (1, 1))
        },
        Clause("jobs of every end come back as they would have been retried") { store in
            let owner = try await store.makeUser().id
            for state in JobState.allCases where state.isTerminal {
                let archived = try await archive(try await store.job(in: state, of: owner).id, store)
                let restored = try #require(
                    try await store.jobs.restore(archived, onDead: .proceed)?.job, "\(state)")
                #expect(restored.state == .queued && restored.finishedAt == nil, "\(state)")
                #expect(try await store.jobs.attempts(of: restored.id) == archived.attempts, "\(state)")
            }
        },
        Clause("of a job that is here already nothing changes") { store in
            let owner = try await store.makeUser().id
            let archived = try await archive(try await store.job(in: .dead, of: owner).id, store)
            let restored = try await store.jobs.restore(archived, onDead: .proceed)?.job
            #expect(restored != nil)
            #expect(try await store.jobs.restore(archived, onDead: .proceed) == nil)
            #expect(try await store.jobs.find(archived.job.id, owner: nil) == restored)
            #expect(try await store.jobs.attempts(of: archived.job.id) == archived.attempts)
        },
        Clause("of many who take a job back at once, one does") { store in
            let owner = try await store.makeUser().id
            let archived = try await archive(try await store.job(in: .dead, of: owner).id, store)
            let restored = try await withThrowingTaskGroup(of: Job?.self) { group in
                for _ in 0..<8 { group.addTask { try await store.jobs.restore(archived, onDead: .proceed)?.job } }
                return try await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
            }
            #expect(restored == 1)
            #expect(try await store.jobs.attempts(of: archived.job.id) == archived.attempts)
        },
        Clause("a deadline that has passed is dropped, one to come still holds") { store in
            let owner = try await store.makeUser().id
            for (expiresIn, kept) in [(Duration.seconds(5), false), (.seconds(3600), true)] {
                let expiresAt = store.clock.now() + expiresIn
                let job = try await store.submit(owner) { $0.expiresAt = expiresAt }
                _ = try await store.jobs.cancel(job.id, owner: nil)
                let archived = try await archive(job.id, store)
                store.clock.advance(by: .seconds(5))
                let restored = try await store.jobs.restore(archived, onDead: .proceed)?.job
                #expect(restored?.submission.expiresAt == (kept ? expiresAt : nil))
            }
        },
        Clause("a job that came back is taken up by a sweep after its grace") { store in
            let archived = try await archive(
                try await store.job(in: .dead, of: try await store.makeUser().id).id, store)
            let restored = try await store.jobs.restore(archived, onDead: .proceed)?.job
            #expect(try await store.sweep().claimed.isEmpty)
            store.clock.advance(by: .seconds(2))
            #expect(try await store.sweep().claimed.map(\.job.id) == [restored?.id])
        },
        Clause("without its owner a job neither comes back nor is retried") { store in
            let owner = try await store.makeUser().id
            let archived = try await archive(try await store.job(in: .dead, of: owner).id, store)
            let here = try await store.job(in: .dead, of: owner)
            try await store.users.delete(owner)
            await #expect(throws: DomainError.notFound(.job)) {
                try await store.jobs.restore(archived, onDead: .proceed)
            }
            await #expect(throws: DomainError.notFound(.job)) {
                try await store.jobs.retry(here.id, owner: nil, evenSucceeded: true)
            }
            #expect(try await store.jobs.find(archived.job.id, owner: nil) == nil)
            #expect(try await store.job(here.id) == here)
        },
        Clause("several jobs are found at once, unknown ones left out") { store in
            let owner = try await store.makeUser().id
            let jobs = try await [store.submit(owner), store.submit(owner), store.job(in: .dead, of: owner)]
            let found = try await store.jobs.find(jobs.map(\.id) + [store.ids.next(), jobs[0].id])
            #expect(found.count == 3 && Set(found) == Set(jobs))
            #expect(try await store.jobs.find([]) == [])
        },
    ]

    /// Takes an ended job out of the store as the archiver does.
    private static func archive(_ id: JobID, _ store: StoreUnderTest) async throws -> ArchivedJob {
        let job = try await store.job(id)
        let archived = ArchivedJob(job: job, attempts: try await store.jobs.attempts(of: id))
        _ = try await store.finished.remove([EndedVersion(job)])
        return archived
    }
}
