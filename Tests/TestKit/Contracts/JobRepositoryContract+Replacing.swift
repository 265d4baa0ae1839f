import MillraceDomain
import Testing

extension JobRepositoryContract {
    static let replacing: [Clause<StoreUnderTest>] = [
        Clause("a job that waits is cancelled by the one that replaces it, one that runs is not") { store in
            let owner = try await store.makeUser().id
            for state in [JobState.scheduled, .queued, .retrying, .running] {
                let old = try await store.job(in: state, of: owner) { $0.unique = .init(key: state.rawValue) }
                store.clock.advance(by: .seconds(1))
                let new = store.newJob(owner) { $0.unique = .init(key: state.rawValue, onConflict: .replace) }
                let outcomes = try await store.jobs.submit([new], isAtomic: false)
                guard state != .running else {
                    #expect(outcomes == [.uniqueConflict(old.id)])
                    #expect(try await store.job(old.id) == old)
                    continue
                }
                #expect(outcomes == [.accepted(try await store.job(new.id))])
                var ended = old
                (ended.state, ended.finishedAt, ended.nextAttemptAt) = (.cancelled, store.clock.now(), nil)
                #expect(try await store.job(old.id) == ended, "\(state)")
                let third = store.newJob(owner) { $0.unique = .init(key: state.rawValue, onConflict: .reject) }
                #expect(try await store.jobs.submit([third], isAtomic: false) == [.uniqueConflict(new.id)])
            }
        },
        Clause("of several with one key in one call each replaces the one before") { store in
            let owner = try await store.makeUser().id
            let new = (0..<4).map { _ in store.newJob(owner) { $0.unique = .init(key: "k", onConflict: .replace) } }
            let outcomes = try await store.jobs.submit(new, isAtomic: false)
            #expect(outcomes.allSatisfy { if case .accepted = $0 { true } else { false } })
            let states = try await store.jobs.states(of: new.map(\.id))
            #expect(new.map { states[$0.id] } == [.cancelled, .cancelled, .cancelled, .queued])
        },
        Clause("of many that replace at once the last lives, and nobody is lost between") { store in
            let owner = try await store.makeUser().id
            let new = (0..<12).map { _ in store.newJob(owner) { $0.unique = .init(key: "k", onConflict: .replace) } }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for pair in stride(from: 0, to: 12, by: 2) {
                    group.addTask { _ = try await store.jobs.submit(Array(new[pair..<(pair + 2)]), isAtomic: true) }
                }
                try await group.waitForAll()
            }
            let states = try await store.jobs.states(of: new.map(\.id)).values
            #expect(states.filter { $0 == .queued }.count == 1)
            #expect(states.filter { $0 == .cancelled }.count == 11)
        },
        Clause("whoever is replaced while it is being claimed is cancelled or runs, never both") { store in
            let owner = try await store.makeUser().id
            for round in 0..<8 {
                let old = try await store.submit(owner) { $0.unique = .init(key: "\(round)") }
                let new = store.newJob(owner) { $0.unique = .init(key: "\(round)", onConflict: .replace) }
                async let claims = store.leases.claim([old.id], limit: 1, terms: LeaseTerms(consumer: "consumer-1"))
                async let outcomes = store.jobs.submit([new], isAtomic: false)
                let (claimed, outcome) = try await (claims, outcomes.first)
                let state = try await store.job(old.id).state
                if claimed.isEmpty {
                    let mine = try await store.job(new.id)
                    #expect(state == .cancelled && outcome == .accepted(mine))
                } else {
                    #expect(state == .running && outcome == .uniqueConflict(old.id))
                }
            }
        },
        Clause("whoever asks for the job that is just ending gets it, or has a job of its own") { store in
            let owner = try await store.makeUser().id
            for round in 0..<8 {
                let old = try await store.claim(try await store.submit(owner) { $0.unique = .init(key: "\(round)") })
                let new = store.newJob(owner) { $0.unique = .init(key: "\(round)") }
                let end = try JobCompletion.succeeding(old.lease)
                async let ends = store.leases.finish([end])
                async let outcomes = store.jobs.submit([new], isAtomic: false)
                let (_, outcome) = try await (ends, outcomes.first)
                let mine = try await store.jobs.find(new.id, owner: nil)
                switch outcome {
                case .existing(let job, _): #expect(job == old.job && mine == nil)
                case .accepted(let job): #expect(job == mine)
                default: Issue.record("\(String(describing: outcome))")
                }
                #expect(try await store.job(old.job.id).state == .succeeded)
            }
        },
        Clause("a job that is sent back takes its active key again, if nobody else holds it") { store in
            let owner = try await store.makeUser().id
            let old = try await store.job(in: .dead, of: owner) { $0.unique = .init(key: "k", onConflict: .reject) }
            let next = try await store.submit(owner) { $0.unique = .init(key: "k", onConflict: .reject) }
            await #expect(throws: DomainError.uniqueConflict(next.id)) {
                try await store.jobs.retry(old.id, owner: nil, evenSucceeded: false)
            }
            #expect(try await store.job(old.id) == old)
            _ = try await store.jobs.cancel(next.id, owner: nil)
            _ = try await store.jobs.retry(old.id, owner: nil, evenSucceeded: false)
            let third = store.newJob(owner) { $0.unique = .init(key: "k", onConflict: .reject) }
            #expect(try await store.jobs.submit([third], isAtomic: false) == [.uniqueConflict(old.id)])
        },
        Clause("a job that comes back from the archive takes its active key again, if nobody else holds it") { store in
            let owner = try await store.makeUser().id
            let old = try await store.job(in: .dead, of: owner) { $0.unique = .init(key: "k", onConflict: .reject) }
            let archived = ArchivedJob(job: old, attempts: try await store.jobs.attempts(of: old.id))
            _ = try await store.finished.remove([EndedVersion(old)])
            let next = try await store.submit(owner) { $0.unique = .init(key: "k", onConflict: .reject) }
            await #expect(throws: DomainError.uniqueConflict(next.id)) {
                try await store.jobs.restore(archived, onDead: .proceed)
            }
            #expect(try await store.jobs.find(old.id, owner: nil) == nil)
            _ = try await store.jobs.cancel(next.id, owner: nil)
            let restored = try await store.jobs.restore(archived, onDead: .proceed)?.job
            #expect(restored?.submission.unique == old.submission.unique)
            let third = store.newJob(owner) { $0.unique = .init(key: "k", onConflict: .reject) }
            #expect(try await store.jobs.submit([third], isAtomic: false) == [.uniqueConflict(old.id)])
        },
        Clause("a window and a key for ever are no matter of a retry") { store in
            let owner = try await store.makeUser().id
            let claim = UniqueClaim(key: "k", scope: .window(.seconds(1)), onConflict: .reject)
            let old = try await store.job(in: .dead, of: owner) { $0.unique = claim }
            store.clock.advance(by: .seconds(2))
            let next = try await store.submit(owner) { $0.unique = claim }
            _ = try await store.jobs.retry(old.id, owner: nil, evenSucceeded: false)
            #expect(try await store.job(next.id) == next)
        },
    ]
}
