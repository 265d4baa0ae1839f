import MillraceDomain
import Testing

extension JobRepositoryContract {
    static let cancelling: [Clause<StoreUnderTest>] = [
        Clause("a waiting job is cancelled at once, without an attempt") { store in
            let owner = try await store.makeUser().id
            for state in [JobState.scheduled, .blocked, .queued, .retrying] {
                let job = try await store.job(in: state, of: owner)
                let attempts = try await store.jobs.attempts(of: job.id)
                let now = store.clock.advance(by: .seconds(1))
                let cancelled = try await store.jobs.cancel(job.id, owner: owner).job
                #expect(cancelled.state == .cancelled, "\(state)")
                #expect(cancelled.finishedAt == now)
                #expect(cancelled.nextAttemptAt == nil)
                #expect(try await store.job(job.id) == cancelled)
                #expect(try await store.jobs.attempts(of: job.id) == attempts)
            }
        },
        Clause("a cancelled job is not claimed and not swept any more") { store in
            let owner = try await store.makeUser().id
            let job = try await store.submit(owner)
            _ = try await store.jobs.cancel(job.id, owner: nil)
            store.clock.advance(by: .seconds(3600))
            let terms = LeaseTerms(consumer: "consumer-1")
            #expect(try await store.leases.claim([job.id], limit: 1, terms: terms).isEmpty)
            #expect(try await store.sweep().touched == 0)
        },
        Clause("of a running job the cancel is written down, and it runs on") { store in
            let owner = try await store.makeUser().id
            let job = try await store.job(in: .running, of: owner)
            let now = store.clock.advance(by: .seconds(1))
            let asked = try await store.jobs.cancel(job.id, owner: owner).job
            #expect(asked.state == .running)
            #expect(asked.cancelRequestedAt == now)
            #expect(asked.finishedAt == nil)
            #expect(try await store.job(job.id) == asked)
            let again = try await store.jobs.cancel(job.id, owner: owner).job
            #expect(again.state == .running && again.cancelRequestedAt != nil)
        },
        Clause("an ended job is not cancelled and stays as it is") { store in
            let owner = try await store.makeUser().id
            for state in JobState.allCases where state.isTerminal {
                let job = try await store.job(in: state, of: owner)
                await #expect(throws: DomainError.conflict(.alreadyTerminal), "\(state)") {
                    try await store.jobs.cancel(job.id, owner: owner)
                }
                #expect(try await store.job(job.id) == job)
            }
        },
        Clause("an unknown job and another owner's are not there to cancel") { store in
            let job = try await store.submit(try await store.makeUser().id)
            let other = try await store.makeUser("other@example.org").id
            await #expect(throws: DomainError.notFound(.job)) {
                try await store.jobs.cancel(store.ids.next(), owner: nil)
            }
            await #expect(throws: DomainError.notFound(.job)) {
                try await store.jobs.cancel(job.id, owner: other)
            }
            #expect(try await store.job(job.id) == job)
        },
    ]

    static let retrying: [Clause<StoreUnderTest>] = [
        Clause("a job that ended badly goes back to its queue in a new generation, its history kept") { store in
            let owner = try await store.makeUser().id
            for state in [JobState.dead, .cancelled, .expired] {
                let job = try await store.job(in: state, of: owner)
                let attempts = try await store.jobs.attempts(of: job.id)
                let retried = try await store.jobs.retry(job.id, owner: owner, evenSucceeded: false).job
                #expect(retried.state == .queued, "\(state)")
                #expect((retried.generation, retried.attempt, retried.lostLeases) == (1, 0, 0))
                #expect(retried.finishedAt == nil && retried.result == nil && retried.cancelRequestedAt == nil)
                #expect(retried.createdAt == job.createdAt)
                #expect(try await store.job(job.id) == retried)
                #expect(try await store.jobs.attempts(of: job.id) == attempts)
            }
        },
        Clause("a retried job runs with a budget anew, and its attempts tell the generations apart") { store in
            let owner = try await store.makeUser().id
            let dead = try await store.job(in: .dead, of: owner)
            _ = try await store.jobs.retry(dead.id, owner: nil, evenSucceeded: false)
            let claimed = try await store.claim(dead, consumer: "consumer-2")
            #expect(claimed.job.attempt == 1 && claimed.job.generation == 1)
            try await store.finish(.succeeding(claimed.lease))
            let attempts = try await store.jobs.attempts(of: dead.id)
            #expect(attempts.map(\.generation) == [0, 1])
            #expect(attempts.map(\.attempt) == [1, 1])
            #expect(attempts.map(\.outcome) == [.failed, .succeeded])
        },
        Clause("a retried job that had expired does not expire again, and a time to come still holds") { store in
            let owner = try await store.makeUser().id
            let expired = try await store.job(in: .expired, of: owner)
            let retried = try await store.jobs.retry(expired.id, owner: nil, evenSucceeded: false).job
            #expect(retried.submission.expiresAt == nil)
            #expect(try await store.claim(retried).job.state == .running)
            let later = store.clock.now() + .seconds(3600)
            let waiting = try await store.submit(owner) { $0.expiresAt = later }
            _ = try await store.jobs.cancel(waiting.id, owner: nil)
            let again = try await store.jobs.retry(waiting.id, owner: nil, evenSucceeded: false).job
            #expect(again.submission.expiresAt == later)
        },
        Clause("a retried job that nobody is told of is found by a sweep") { store in
            let dead = try await store.job(in: .dead, of: try await store.makeUser().id)
            _ = try await store.jobs.retry(dead.id, owner: nil, evenSucceeded: false)
            store.clock.advance(by: .seconds(3))
            #expect(try await store.sweep().claimed.map(\.job.id) == [dead.id])
        },
        Clause("a cancel of the generation before does not reach the new one") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            _ = try await store.jobs.cancel(claimed.job.id, owner: nil)
            try await store.finish(.releasing(claimed.lease))
            let retried = try await store.jobs.retry(claimed.job.id, owner: nil, evenSucceeded: false).job
            let again = try await store.claim(retried)
            let terms = LeaseTerms(consumer: "consumer-1")
            #expect(try await store.leases.renew([again.lease], terms: terms) == [.held])
            #expect(try await store.finish(.failing(again.lease, dueIn: .seconds(1))) == .retrying)
        },
        Clause("a retry of one generation leaves the end of a later one alone") { store in
            let owner = try await store.makeUser().id
            let changes: [(inout JobSubmission) -> Void] = [
                { _ in }, { $0.orderingKey = "k" }, { $0.unique = .init(key: "k") },
            ]
            for change in changes {
                let job = try await store.job(in: .dead, of: owner, change)
                let retried = try await store.jobs.retry(job.id, owner: owner, evenSucceeded: false, generation: 0).job
                #expect(retried.state == .queued && retried.generation == 1)
                try await store.finish(.failing(store.claim(retried).lease, isFinal: true))
                let again = try await store.job(job.id)
                for generation in [0, 2] {
                    await #expect(throws: DomainError.notFound(.job)) {
                        try await store.jobs.retry(job.id, owner: nil, evenSucceeded: true, generation: generation)
                    }
                }
                #expect(try await store.job(job.id) == again)
                let last = try await store.jobs.retry(job.id, owner: nil, evenSucceeded: false, generation: 1).job
                #expect(last.generation == 2)
                _ = try await store.jobs.cancel(job.id, owner: nil)
            }
        },
        Clause("a live job is not retried") { store in
            let owner = try await store.makeUser().id
            for state in [JobState.scheduled, .blocked, .queued, .running, .retrying] {
                let job = try await store.job(in: state, of: owner)
                await #expect(throws: DomainError.conflict(.notTerminal), "\(state)") {
                    try await store.jobs.retry(job.id, owner: owner, evenSucceeded: true)
                }
                #expect(try await store.job(job.id) == job)
            }
        },
        Clause("a job that succeeded is retried only when that is asked for") { store in
            let owner = try await store.makeUser().id
            let job = try await store.job(in: .succeeded, of: owner)
            await #expect(throws: DomainError.conflict(.alreadySucceeded)) {
                try await store.jobs.retry(job.id, owner: owner, evenSucceeded: false)
            }
            #expect(try await store.job(job.id) == job)
            #expect(try await store.jobs.retry(job.id, owner: owner, evenSucceeded: true).job.state == .queued)
        },
        Clause("an unknown job and another owner's are not there to retry") { store in
            let job = try await store.job(in: .dead, of: try await store.makeUser().id)
            let other = try await store.makeUser("other@example.org").id
            await #expect(throws: DomainError.notFound(.job)) {
                try await store.jobs.retry(store.ids.next(), owner: nil, evenSucceeded: true)
            }
            await #expect(throws: DomainError.notFound(.job)) {
                try await store.jobs.retry(job.id, owner: other, evenSucceeded: true)
            }
            #expect(try await store.job(job.id) == job)
        },
    ]
}
