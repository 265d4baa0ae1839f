import MillraceDomain
import Testing

extension JobLeasesContract {
    static let finishing: [Clause<StoreUnderTest>] = [
        Clause("a success ends the job with its result byte for byte and one attempt on record") { store in
            let job = try await store.submit(try await store.makeUser().id)
            let startedAt = store.clock.advance(by: .seconds(1))
            let claimed = try await store.claim(job, consumer: "consumer-😀")
            let finishedAt = store.clock.advance(by: .milliseconds(1500))
            #expect(try await store.finish(.succeeding(claimed.lease, result: .oddlySpelt)) == .succeeded)
            var expected = claimed.job
            expected.state = .succeeded
            expected.finishedAt = finishedAt
            expected.result = .oddlySpelt
            #expect(try await store.job(job.id) == expected)
            let attempt = JobAttempt(
                attempt: 1, generation: 0, startedAt: startedAt, finishedAt: finishedAt, outcome: .succeeded,
                error: nil, consumer: "consumer-😀")
            #expect(try await store.jobs.attempts(of: job.id) == [attempt])
        },
        Clause("a result of 64 KiB is kept") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            let result = JSONText.large(bytes: 64 * 1024)
            try await store.finish(.succeeding(claimed.lease, result: result))
            #expect(try await store.job(claimed.job.id).result == result)
        },
        Clause("a failure with attempts left waits for its time, and a sweep takes it up then, not before") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            let now = store.clock.advance(by: .seconds(1))
            #expect(try await store.finish(.failing(claimed.lease, dueIn: .seconds(90))) == .retrying)
            let error = JobErrorRecord(code: "broken", message: "It broke. 😀", at: now)
            let job = try await store.job(claimed.job.id)
            #expect(job.attempt == 1 && job.finishedAt == nil)
            #expect(job.nextAttemptAt == now + .seconds(90))
            #expect(job.lastError == error)
            let attempts = try await store.jobs.attempts(of: job.id)
            #expect(attempts.map(\.outcome) == [.failed])
            #expect(attempts.map(\.error) == [error])
            store.clock.set(now + .seconds(90) - .microseconds(1))
            #expect(try await store.sweep().touched == 0)
            store.clock.set(now + .seconds(90))
            let again = try await store.sweep().claimed.map(\.job)
            #expect(again.map(\.attempt) == [2])
            #expect(again.map(\.nextAttemptAt) == [nil])
        },
        Clause("a final failure is death, its reason kept") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            let now = store.clock.now()
            #expect(try await store.finish(.failing(claimed.lease, isFinal: true)) == .dead)
            let job = try await store.job(claimed.job.id)
            #expect(job.finishedAt == now && job.nextAttemptAt == nil && job.attempt == 1)
            #expect(job.lastError == JobErrorRecord(code: "broken", message: "It broke. 😀", at: now))
        },
        Clause("a snooze is not charged and comes back after its time") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            let now = store.clock.now()
            #expect(try await store.finish(.snoozing(claimed.lease, dueIn: .seconds(60))) == .scheduled)
            #expect(try await store.job(claimed.job.id).attempt == 0)
            store.clock.set(now + .seconds(59))
            #expect(try await store.sweep().touched == 0)
            store.clock.set(now + .seconds(60))
            #expect(try await store.sweep().claimed.map(\.job.attempt) == [1])
            let attempts = try await store.jobs.attempts(of: claimed.job.id)
            #expect(attempts.map(\.outcome) == [.snoozed])
            #expect(attempts.map(\.attempt) == [1])
        },
        Clause("a released job is not charged and ready for the next who comes") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            #expect(try await store.finish(.releasing(claimed.lease)) == .queued)
            #expect(try await store.job(claimed.job.id).attempt == 0)
            store.clock.advance(by: .seconds(3))
            #expect(try await store.sweep().claimed.map(\.job.attempt) == [1])
            #expect(try await store.jobs.attempts(of: claimed.job.id).map(\.outcome) == [.released])
        },
        Clause("every run has one record, in order, under the consumer that held its lease") { store in
            let job = try await store.submit(try await store.makeUser().id)
            try await store.finish(.releasing(try await store.claim(job, consumer: "a").lease))
            try await store.finish(.failing(try await store.claim(job, consumer: "b").lease, dueIn: .seconds(1)))
            store.clock.advance(by: .seconds(1))
            let swept = try #require(try await store.sweep(consumer: "c").claimed.first)
            try await store.finish(.succeeding(swept.lease))
            let attempts = try await store.jobs.attempts(of: job.id)
            #expect(attempts.map(\.consumer) == ["a", "b", "c"])
            #expect(attempts.map(\.attempt) == [1, 1, 2])
            #expect(attempts.map(\.outcome) == [.released, .failed, .succeeded])
        },
        Clause("an end under a lease that is not held changes nothing; its neighbours are recorded") { store in
            let owner = try await store.makeUser().id
            let first = try await store.claim(try await store.submit(owner)).lease
            let other = try await store.claim(try await store.submit(owner)).lease
            let last = try await store.claim(try await store.submit(owner)).lease
            let before = try await store.job(other.jobID)
            let forged = Lease(jobID: other.jobID, token: store.ids.next())
            let unknown = Lease(jobID: store.ids.next(), token: store.ids.next())
            let outcomes = try await store.leases.finish([
                .succeeding(first), .failing(forged, isFinal: true), .succeeding(unknown),
                .failing(last, isFinal: true),
            ])
            #expect(outcomes == [.recorded(.succeeded), .stale, .stale, .recorded(.dead)])
            #expect(try await store.job(other.jobID) == before)
            #expect(try await store.jobs.attempts(of: other.jobID) == [])
            #expect(try await store.leases.finish([]) == [])
        },
        Clause("an end told twice is recorded once") { store in
            let lease = try await store.claim(try await store.submit(try await store.makeUser().id)).lease
            try await store.finish(.succeeding(lease, result: JSONText(stored: "1")))
            let job = try await store.job(lease.jobID)
            let again = try JobCompletion.failing(lease, isFinal: true)
            #expect(try await store.leases.finish([again]) == [.stale])
            #expect(try await store.job(lease.jobID) == job)
            #expect(try await store.jobs.attempts(of: lease.jobID).count == 1)
        },
        Clause("an end that comes late is recorded as long as nobody has taken the job away") { store in
            let lease = try await store.claim(try await store.submit(try await store.makeUser().id)).lease
            store.clock.advance(by: .seconds(60))
            #expect(try await store.finish(.succeeding(lease)) == .succeeded)
            #expect(try await store.sweep().touched == 0)
        },
        Clause("three hundred ends of one call are each recorded") { store in
            let owner = try await store.makeUser().id
            let new = (0..<300).map { _ in store.newJob(owner) }
            _ = try await store.jobs.submit(new, isAtomic: false)
            let claimed = try await store.leases.claim(new.map(\.id), limit: 300, terms: terms)
            let ends = try claimed.enumerated().map { index, claimed in
                try index % 2 == 0
                    ? JobCompletion.succeeding(claimed.lease) : .failing(claimed.lease, dueIn: .seconds(index))
            }
            let outcomes = try await store.leases.finish(ends)
            #expect(outcomes == (0..<300).map { .recorded($0 % 2 == 0 ? .succeeded : .retrying) })
        },
    ]

    static let cancelled: [Clause<StoreUnderTest>] = [
        Clause("a cancel that was asked for wins over every end but success") { store in
            let owner = try await store.makeUser().id
            let ends: [@Sendable (Lease) throws -> JobCompletion] = [
                { try .failing($0, dueIn: .seconds(1)) }, { try .failing($0, isFinal: true) },
                { try .snoozing($0, dueIn: .seconds(1)) }, { try .releasing($0) },
            ]
            for end in ends {
                let lease = try await store.claim(try await store.submit(owner)).lease
                _ = try await store.jobs.cancel(lease.jobID, owner: nil)
                let now = store.clock.advance(by: .seconds(1))
                #expect(try await store.finish(try end(lease)) == .cancelled)
                let job = try await store.job(lease.jobID)
                #expect(job.state == .cancelled && job.finishedAt == now && job.nextAttemptAt == nil)
                #expect(try await store.jobs.attempts(of: lease.jobID).map(\.outcome) == [.cancelled])
            }
        },
        Clause("a success beats the cancel that was asked for") { store in
            let lease = try await store.claim(try await store.submit(try await store.makeUser().id)).lease
            _ = try await store.jobs.cancel(lease.jobID, owner: nil)
            #expect(try await store.finish(.succeeding(lease, result: .emptyObject)) == .succeeded)
            #expect(try await store.job(lease.jobID).result == .emptyObject)
            #expect(try await store.jobs.attempts(of: lease.jobID).map(\.outcome) == [.succeeded])
        },
        Clause("a job that loses its lease after a cancel was asked for is cancelled") { store in
            let lease = try await store.claim(try await store.submit(try await store.makeUser().id)).lease
            _ = try await store.jobs.cancel(lease.jobID, owner: nil)
            let now = store.clock.advance(by: .seconds(11))
            _ = try await store.sweep()
            let job = try await store.job(lease.jobID)
            #expect(job.state == .cancelled && job.finishedAt == now)
            #expect(try await store.jobs.attempts(of: lease.jobID).map(\.outcome) == [.lost])
        },
    ]
}
