import MillraceDomain
import Testing

extension JobRepositoryContract {
    static let uniqueness: [Clause<StoreUnderTest>] = [
        Clause("a key that is active is held while its job lives, whatever state that is in") { store in
            let owner = try await store.makeUser().id
            for state in [JobState.scheduled, .queued, .running, .retrying] {
                let holder = try await store.job(in: state, of: owner) { $0.unique = .init(key: state.rawValue) }
                for (conflict, outcome) in [
                    (UniqueClaim.Conflict.return, SubmitOutcome.existing(holder)),
                    (.reject, .uniqueConflict(holder.id)),
                ] {
                    let new = store.newJob(owner) { $0.unique = .init(key: state.rawValue, onConflict: conflict) }
                    #expect(try await store.jobs.submit([new], isAtomic: false) == [outcome], "\(state)")
                    #expect(try await store.jobs.find(new.id, owner: nil) == nil)
                }
                #expect(try await store.job(holder.id) == holder)
            }
        },
        Clause("a key that was active is free when its job has ended, however") { store in
            let owner = try await store.makeUser().id
            for state in JobState.allCases where state.isTerminal {
                _ = try await store.job(in: state, of: owner) { $0.unique = .init(key: state.rawValue) }
                let next = try await store.submit(owner) { $0.unique = .init(key: state.rawValue, onConflict: .reject) }
                let third = store.newJob(owner) { $0.unique = .init(key: state.rawValue, onConflict: .reject) }
                #expect(try await store.jobs.submit([third], isAtomic: false) == [.uniqueConflict(next.id)])
            }
        },
        Clause("a key is its owner's and its kind's") { store in
            let (ada, bob) = (try await store.makeUser().id, try await store.makeUser("bob@example.org").id)
            for (owner, kind) in [(ada, "noop"), (ada, "sleep"), (bob, "noop")] {
                let job = try await store.submit(owner, kind: kind) { $0.unique = .init(key: "k", onConflict: .reject) }
                #expect(job.submission.unique == UniqueClaim(key: "k", onConflict: .reject))
            }
            _ = try await store.submit(ada) { $0.unique = .init(key: "K", onConflict: .reject) }
            _ = try await store.submit(ada)
        },
        Clause("a key that is held for ever stays held when its job is archived and forgotten") { store in
            let owner = try await store.makeUser().id
            let job = try await store.job(in: .succeeded, of: owner) { $0.unique = .init(key: "k", scope: .forever) }
            for isHere in [true, false] {
                let returning = store.newJob(owner) { $0.unique = .init(key: "k") }
                let rejecting = store.newJob(owner) { $0.unique = .init(key: "k", onConflict: .reject) }
                let replacing = store.newJob(owner) { $0.unique = .init(key: "k", onConflict: .replace) }
                let expected: [SubmitOutcome] = [
                    isHere ? .existing(job) : .uniqueArchived(job.id), .uniqueConflict(job.id), .uniqueConflict(job.id),
                ]
                #expect(try await store.jobs.submit([returning, rejecting, replacing], isAtomic: false) == expected)
                _ = try await store.finished.remove([EndedVersion(job)])
            }
        },
        Clause("a window begins when its job is accepted, and ends whatever that is doing by then") { store in
            let owner = try await store.makeUser().id
            for state in [JobState.queued, .succeeded] {
                let claim = UniqueClaim(key: state.rawValue, scope: .window(.seconds(60)), onConflict: .reject)
                let job = try await store.job(in: state, of: owner) { $0.unique = claim }
                let new = store.newJob(owner) { $0.unique = claim }
                store.clock.advance(by: .seconds(60) - .milliseconds(1))
                #expect(try await store.jobs.submit([new], isAtomic: false) == [.uniqueConflict(job.id)])
                store.clock.advance(by: .milliseconds(1))
                let next = try await store.submit(owner) { $0.unique = claim }
                #expect(try await store.jobs.submit([new], isAtomic: false) == [.uniqueConflict(next.id)])
            }
        },
        Clause("of many that come at once with one key exactly one becomes a job, the others are told of it") { store in
            let owner = try await store.makeUser().id
            for conflict in [UniqueClaim.Conflict.return, .reject] {
                let outcomes = await withTaskGroup(of: [SubmitOutcome].self) { group in
                    for size in [1, 1, 1, 1, 1, 1, 3, 3] {
                        let new = (0..<size).map { _ in
                            store.newJob(owner) { $0.unique = .init(key: "\(conflict)", onConflict: conflict) }
                        }
                        group.addTask { (try? await store.jobs.submit(new, isAtomic: false)) ?? [] }
                    }
                    return await group.reduce(into: []) { $0 += $1 }
                }
                var filter = JobFilter()
                filter.owner = owner
                let page = try await store.jobs.list(filter, page: PageRequest(limit: 50)).items
                let holders = page.filter { $0.submission.unique?.key == "\(conflict)" }
                let holder = try #require(holders.first)
                #expect(holders.count == 1)
                let told: SubmitOutcome = conflict == .return ? .existing(holder) : .uniqueConflict(holder.id)
                #expect(outcomes.filter { $0 == .accepted(holder) }.count == 1)
                #expect(outcomes.filter { $0 == told }.count == 11)
            }
        },
        Clause("the job of an id that comes again is that job, whoever holds its key by then") { store in
            let owner = try await store.makeUser().id
            let (id, other): (JobID, JobID) = (store.ids.next(), store.ids.next())
            let new = store.newJob(owner) { ($0.id, $0.unique) = (id, .init(key: "k", onConflict: .reject)) }
            let again = [new, new]
            guard case .accepted(let job) = try await store.jobs.submit(again, isAtomic: false).first else {
                throw UnexpectedOutcome("the first was not accepted")
            }
            #expect(try await store.jobs.submit([new], isAtomic: false) == [.existing(job)])
            let ended = try await store.jobs.cancel(id, owner: nil).job
            let next = try await store.submit(owner) { ($0.id, $0.unique) = (other, .init(key: "k")) }
            #expect(try await store.jobs.submit([new], isAtomic: false) == [.existing(ended)])
            _ = try await store.finished.remove([EndedVersion(ended)])
            #expect(try await store.jobs.submit([new], isAtomic: false) == [.archived])
            #expect(try await store.job(next.id) == next)
        },
        Clause("a submission that is refused for another reason leaves the key as it was") { store in
            let owner = try await store.makeUser().id
            let taken = try await store.submit(owner) { $0.id = store.ids.next() }
            let unlike = NewJob(
                id: taken.id, ownerID: owner,
                submission: JobSubmission(
                    id: taken.id, kind: taken.submission.kind, priority: 9, unique: UniqueClaim(key: "k")))
            #expect(try await store.jobs.submit([unlike], isAtomic: false) == [.idTaken])
            let stranger = store.newJob(store.ids.next()) { $0.unique = .init(key: "k") }
            #expect(
                try await store.jobs.submit([stranger, stranger], isAtomic: false) == [.unknownOwner, .unknownOwner])
            _ = try await store.submit(owner) { $0.unique = .init(key: "k", onConflict: .reject) }
        },
        Clause("an atomic call with a conflict takes no key and replaces nobody") { store in
            let owner = try await store.makeUser().id
            let held = try await store.submit(owner) { $0.unique = .init(key: "held") }
            let waiting = try await store.submit(owner) { $0.unique = .init(key: "waiting") }
            let new = [
                store.newJob(owner) { $0.unique = .init(key: "free") },
                store.newJob(owner) { $0.unique = .init(key: "waiting", onConflict: .replace) },
                store.newJob(owner) { $0.unique = .init(key: "held", onConflict: .reject) },
            ]
            let outcomes = try await store.jobs.submit(new, isAtomic: true)
            #expect(outcomes.count == 3 && outcomes.last == .uniqueConflict(held.id))
            #expect(try await store.job(waiting.id) == waiting)
            _ = try await store.submit(owner) { $0.unique = .init(key: "free", onConflict: .reject) }
        },
    ]
}
