import MillraceDomain
import Testing

/// What holds of the jobs of one ordering key, whatever becomes of them.
public enum OrderContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] =
        accepting + advancing + deadlines + holding + comingBack + racing
}

extension StoreUnderTest {
    /// A job of the key, ready for the store.
    func keyed(
        _ owner: UserID, _ key: String = "k", onDead: DeathPolicy = .proceed,
        _ change: (inout JobSubmission) -> Void = { _ in }
    ) -> NewJob {
        let job = newJob(owner) {
            $0.orderingKey = key
            change(&$0)
        }
        return NewJob(id: job.id, ownerID: owner, submission: job.submission, onDead: onDead)
    }

    /// Submits jobs in one call, and returns their ids and states.
    @discardableResult
    func accept(_ new: [NewJob]) async throws -> (ids: [JobID], states: [JobState]) {
        let jobs = try await jobs.submit(new, isAtomic: false).map { outcome in
            guard case .accepted(let job) = outcome else { throw UnexpectedOutcome("\(outcome)") }
            return job
        }
        return (jobs.map(\.id), jobs.map(\.state))
    }

    /// The states of the jobs as the store has them now.
    func states(_ ids: [JobID]) async throws -> [JobState?] {
        let states = try await jobs.states(of: ids)
        return ids.map { states[$0] }
    }

    /// Claims what can be claimed of the jobs.
    func claimAny(_ ids: [JobID]) async throws -> [ClaimedJob] {
        try await leases.claim(ids, limit: ids.count, terms: LeaseTerms(consumer: "consumer-1"))
    }

    /// Runs the jobs of one key, which must come one at a time, and returns them in the order in which they ran.
    func runAll(_ ids: [JobID]) async throws -> [JobID] {
        var ran: [JobID] = []
        while true {
            let claimed = try await claimAny(ids)
            #expect(claimed.count <= 1, "one at a time")
            guard let only = claimed.first else { return ran }
            ran.append(only.job.id)
            try await finish(.succeeding(only.lease))
        }
    }

    /// Ends a run and tells which job it has freed.
    func freed(by completion: JobCompletion) async throws -> JobID? {
        guard case .recorded(_, let freed)? = try await leases.finish([completion]).first else {
            throw UnexpectedOutcome("the end was not recorded")
        }
        return freed
    }
}

extension OrderContract {
    static let accepting: [Clause<StoreUnderTest>] = [
        Clause("the first job of a key is queued, those behind it are blocked, other keys are not concerned") { store in
            let owner = try await store.makeUser().id
            let other = try await store.makeUser("other@example.org").id
            let elsewhere = store.keyed(owner) { $0.queue = QueueName(stored: "elsewhere") }
            let (_, states) = try await store.accept([
                store.keyed(owner), store.keyed(owner), store.keyed(owner, "K"), store.newJob(owner),
                store.keyed(other), elsewhere, store.keyed(owner),
            ])
            #expect(states == [.queued, .blocked, .queued, .queued, .queued, .queued, .blocked])
        },
        Clause("the jobs of one call run in the order given, whatever their ids and priorities") { store in
            let owner = try await store.makeUser().id
            let ids: [JobID] = (0..<40).map { _ in store.ids.next() }
            let new = ids.reversed().enumerated().map { index, id in
                store.keyed(owner) {
                    $0.id = id
                    $0.priority = index % 10
                }
            }
            #expect(try await store.accept(new).states == [.queued] + Array(repeating: .blocked, count: 39))
            #expect(try await store.runAll(ids) == ids.reversed())
        },
        Clause("a job submitted again is the same job at its place") { store in
            let owner = try await store.makeUser().id
            let new = (0..<3).map { _ in
                let id: JobID = store.ids.next()
                return store.keyed(owner) { $0.id = id }
            }
            let ids = new.map(\.id)
            try await store.accept(new)
            let again = try await store.jobs.submit([new[1], new[0]] + [new[2]], isAtomic: true)
            for (outcome, id) in zip(again, [ids[1], ids[0], ids[2]]) {
                guard case .existing(let job, _) = outcome else { throw UnexpectedOutcome("\(outcome)") }
                #expect(job.id == id)
            }
            var changed = new[1].submission
            changed.orderingKey = "other"
            let other = NewJob(id: ids[1], ownerID: owner, submission: changed)
            #expect(try await store.jobs.submit([other], isAtomic: false) == [.idTaken])
            #expect(try await store.runAll(ids) == ids)
        },
        Clause("jobs of an atomic call that is refused leave no trace in the order") { store in
            let owner = try await store.makeUser().id
            let stranger: UserID = store.ids.next()
            let refused = try await store.jobs.submit([store.keyed(owner), store.keyed(stranger)], isAtomic: true)
            #expect(refused.last == .unknownOwner)
            #expect(try await store.accept([store.keyed(owner), store.keyed(owner)]).states == [.queued, .blocked])
            let whole = try await store.jobs.submit([store.keyed(owner), store.keyed(owner, "b")], isAtomic: true)
            let ids = whole.compactMap { outcome -> JobID? in
                if case .accepted(let job) = outcome { return job.id }
                return nil
            }
            #expect(try await store.states(ids) == [.blocked, .queued])
        },
        Clause("records take their places in the order of their offsets, and only the first is ready") { store in
            let owner = try await store.makeUser().id
            let source = TopicPartition(topic: "millrace.jobs.default", partition: 0)
            let position = try #require(try await store.ingest.open([source]).first)
            let jobs = [store.keyed(owner), store.keyed(owner), store.keyed(owner, "b"), store.keyed(owner)]
            let entries = jobs.enumerated().map { offset, job in
                IngestBatch.Entry(record: .sample(offset: Int64(offset)), identity: store.ids.next(), job: job)
            }
            let result = try await store.ingest.ingest(
                IngestBatch(position: position, nextOffset: 4, entries: entries, dead: []))
            guard case .committed(let receipt) = result else { throw UnexpectedOutcome("\(result)") }
            #expect(receipt.accepted == 4)
            #expect(receipt.ready == [jobs[0].id, jobs[2].id])
            let ids = [jobs[0], jobs[1], jobs[3]].map(\.id)
            #expect(try await store.runAll(ids) == ids)
        },
        Clause("blocked jobs are counted as such, and as queued once they are freed") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept((0..<3).map { _ in store.keyed(owner) })
            let depth = try await store.counters.census().queues.first?.depth
            #expect(depth?[.queued] == 1 && depth?[.blocked] == 2)
            #expect(try await store.runAll([ids[0]]) == [ids[0]])
            let after = try await store.counters.census().queues.first?.depth
            #expect(after?[.queued] == 1 && after?[.blocked] == 1)
        },
        Clause("what is erased of a user leaves no order behind") { store in
            let owner = try await store.makeUser().id
            let other = try await store.makeUser("other@example.org").id
            let (theirs, _) = try await store.accept([store.keyed(other), store.keyed(other)])
            let (ids, _) = try await store.accept(
                (0..<7).map { store.keyed(owner, $0 < 5 ? "k" : "l") } + [store.newJob(owner)])
            let claimed = try await store.claim(try await store.job(ids[0]))
            _ = try await store.erasures.begin(store.ids.next(), user: owner)
            for _ in 0..<20 where try await store.erasures.removeJobs(of: owner, limit: 3).left > 1 {}
            #expect(try await store.states(ids) == [.running] + Array(repeating: nil, count: 7))
            _ = try await store.leases.finish([.releasing(claimed.lease)])
            for _ in 0..<20 where try await store.erasures.removeJobs(of: owner, limit: 3).left > 0 {}
            #expect(try await store.states([ids[0]]) == [nil])
            #expect(try await store.runAll(theirs) == theirs)
        },
    ]

    static let advancing: [Clause<StoreUnderTest>] = [
        Clause("an end frees the next, and a retry, a snooze and a release do not") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept((0..<3).map { _ in store.keyed(owner) })
            let ends: [@Sendable (Lease) throws -> JobCompletion] = [
                { try .failing($0, dueIn: .seconds(1)) }, { try .snoozing($0, dueIn: .seconds(1)) },
                { try .releasing($0) },
            ]
            var lease = try #require(try await store.claimAny(ids).first).lease
            for end in ends {
                #expect(try await store.freed(by: end(lease)) == nil)
                #expect(try await store.states(Array(ids.dropFirst())) == [.blocked, .blocked])
                store.clock.advance(by: .seconds(5))
                let again = try await store.sweep().claimed
                #expect(again.map(\.job.id) == [ids[0]])
                lease = try #require(again.first).lease
            }
            #expect(try await store.freed(by: .succeeding(lease)) == ids[1])
            #expect(try await store.states(ids) == [.succeeded, .queued, .blocked])
            #expect(try await store.claimAny(ids).map(\.job.id) == [ids[1]])
        },
        Clause("the end of a job without a key, or of the last one of a key, frees nobody") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept([store.newJob(owner), store.keyed(owner), store.keyed(owner, "b")])
            let ends = try await store.claimAny(ids).map { try JobCompletion.succeeding($0.lease) }
            #expect(try await store.leases.finish(ends) == Array(repeating: .recorded(.succeeded), count: 3))
        },
        Clause("ends of many keys in one call each free their own next") { store in
            let owner = try await store.makeUser().id
            let keys = (0..<60).map { "key \($0)" }
            let (heads, _) = try await store.accept(keys.map { store.keyed(owner, $0) } + [store.newJob(owner)])
            let (behind, _) = try await store.accept(keys.map { store.keyed(owner, $0) })
            let claimed = try await store.claimAny(heads)
            let outcomes = try await store.leases.finish(claimed.map { try .succeeding($0.lease) })
            let next = Dictionary(uniqueKeysWithValues: zip(heads, behind))
            #expect(outcomes == claimed.map { .recorded(.succeeded, freed: next[$0.job.id]) })
            #expect(try await store.claimAny(behind).count == 60)
        },
        Clause("a stale end frees nobody") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept([store.keyed(owner), store.keyed(owner)])
            let claimed = try await store.claim(try await store.job(ids[0]))
            let forged = Lease(jobID: ids[0], token: store.ids.next(), order: claimed.lease.order)
            #expect(try await store.leases.finish([.succeeding(forged)]) == [.stale])
            #expect(try await store.states(ids) == [.running, .blocked])
        },
        Clause("cancelling the head frees the next, cancelling a blocked job frees nobody") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept((0..<4).map { _ in store.keyed(owner) })
            let blocked = try await store.jobs.cancel(ids[1], owner: owner)
            #expect(blocked.job.state == .cancelled && blocked.ready.isEmpty)
            let head = try await store.jobs.cancel(ids[0], owner: owner)
            #expect(head.job.state == .cancelled && head.ready.map(\.jobID) == [ids[2]])
            let lease = try await store.claim(try await store.job(ids[2])).lease
            let asked = try await store.jobs.cancel(ids[2], owner: owner)
            #expect(asked.job.state == .running && asked.job.cancelRequestedAt != nil && asked.ready.isEmpty)
            #expect(try await store.freed(by: .failing(lease, dueIn: .seconds(1))) == ids[3])
            #expect(try await store.states(ids) == [.cancelled, .cancelled, .cancelled, .queued])
        },
        Clause("a death frees the next where nothing else was said") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept([store.keyed(owner), store.keyed(owner)])
            let lease = try await store.claim(try await store.job(ids[0])).lease
            #expect(try await store.freed(by: .failing(lease, isFinal: true)) == ids[1])
        },
    ]
}
