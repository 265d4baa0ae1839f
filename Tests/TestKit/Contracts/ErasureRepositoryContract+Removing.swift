import MillraceDomain
import Testing

extension ErasureRepositoryContract {
    static let removing: [Clause<StoreUnderTest>] = [
        Clause("jobs are removed some at a time with their runs, in whatever state but running") { store in
            let (ada, bob) = (try await store.makeUser().id, try await store.makeUser("bob@example.org").id)
            let kept = try await store.job(in: .dead, of: bob)
            var jobs: [Job] = []
            // The expired one first: its sweep would find others.
            for state in [JobState.expired, .queued, .scheduled, .retrying, .succeeded, .dead, .cancelled] {
                jobs.append(try await store.job(in: state, of: ada))
            }
            _ = try await store.erasures.begin(store.ids.next(), user: ada)
            #expect(try await store.erasures.removeJobs(of: ada, limit: 3) == (3, 3))
            #expect(try await store.erasures.removeJobs(of: ada, limit: 3) == (3, 1))
            #expect(try await store.erasures.removeJobs(of: ada, limit: 3) == (1, 0))
            #expect(try await store.erasures.removeJobs(of: ada, limit: 3) == (0, 0))
            for job in jobs {
                #expect(try await store.jobs.find(job.id, owner: nil) == nil)
                #expect(try await store.jobs.attempts(of: job.id) == [])
            }
            #expect(try await store.job(kept.id) == kept)
            #expect(try await store.jobs.attempts(of: kept.id).count == 1)
        },
        Clause("running jobs are asked to stop, are left till then, and go when they have ended") { store in
            let owner = try await store.makeUser().id
            var claims: [ClaimedJob] = []
            for _ in 0..<3 { claims.append(try await store.claim(try await store.submit(owner))) }
            _ = try await store.job(in: .queued, of: owner)
            _ = try await store.erasures.begin(store.ids.next(), user: owner)
            let asked = store.clock.advance(by: .seconds(1))
            #expect(try await store.erasures.removeJobs(of: owner, limit: 2) == (1, 2))
            store.clock.advance(by: .seconds(1))
            #expect(try await store.erasures.removeJobs(of: owner, limit: 2) == (0, 2))
            for claim in claims { #expect(try await store.job(claim.job.id).cancelRequestedAt == asked) }
            let standings = try await store.leases.renew(
                claims.map(\.lease), terms: LeaseTerms(consumer: "consumer-1"))
            #expect(standings == [.cancelAsked, .cancelAsked, .cancelAsked])
            #expect(try await store.finish(.failing(claims[0].lease)) == .cancelled)
            #expect(try await store.finish(.succeeding(claims[1].lease)) == .succeeded)
            #expect(try await store.erasures.removeJobs(of: owner, limit: 2) == (2, 1))
            // Whoever ran the third is gone: its lease runs out.
            store.clock.advance(by: .seconds(3600))
            _ = try await store.sweep()
            #expect(try await store.erasures.removeJobs(of: owner, limit: 2) == (1, 0))
            for claim in claims {
                #expect(try await store.jobs.find(claim.job.id, owner: nil) == nil)
                #expect(try await store.jobs.attempts(of: claim.job.id) == [])
            }
        },
        Clause("dead records of the user are removed some at a time, those of others and of nobody stay") { store in
            let (ada, bob) = (try await store.makeUser().id, try await store.makeUser("bob@example.org").id)
            _ = try await store.erasures.begin(store.ids.next(), user: ada)
            let owners: [UserID?] = [ada, bob, ada, nil, ada, ada]
            let dead = owners.enumerated().map { index, owner in
                IngestBatch.DeadEntry(
                    record: .sample(IngestRepositoryContract.source, offset: Int64(index)),
                    reason: DeadReason(.malformedJSON, "Not JSON."), ownerID: owner)
            }
            let refused = IngestRepositoryContract.entry(7, store.newJob(ada), identity: store.ids.next())
            let batch = IngestBatch(
                position: try await IngestRepositoryContract.open(store), nextOffset: 8, entries: [refused], dead: dead)
            guard case .committed = try await store.ingest.ingest(batch) else {
                throw UnexpectedOutcome("a stale epoch")
            }
            for expected in [2, 2, 1, 0] {
                #expect(try await store.erasures.removeDeadRecords(of: ada, limit: 2) == expected)
            }
            let letters = try await store.deadLetters.list(owner: nil, page: PageRequest()).items
            let offsets = letters.compactMap { letter in
                if case .record(let record) = letter { record.record.offset } else { nil }
            }
            #expect(Set(offsets) == [1, 3] && offsets.count == 2)
        },
    ]
}
