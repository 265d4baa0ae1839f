import MillraceDomain
import Testing

/// What holds of every `QuotaRepository`, and of the ports that accept jobs where owners have quotas.
public enum QuotaContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = counting + refusing + ingesting

    private static let counting: [Clause<StoreUnderTest>] = [
        Clause("a user without jobs has nothing, and no limits of its own") { store in
            let ada = try await store.makeUser().id
            #expect(try await store.quotas.standing(of: ada) == QuotaStanding(usage: OwnerUsage(), own: Quota()))
        },
        Clause("live jobs count with the bytes of their payloads, ended ones do not, whoever they belong to") { store in
            let (ada, bob) = (try await store.makeUser().id, try await store.makeUser("bob@example.org").id)
            var usage = OwnerUsage()
            for state in JobState.allCases where state != .expired && state != .blocked {
                _ = try await store.job(in: state, of: ada) { $0.payload = JSONText(stored: #"{"ä":1}"#) }
                if !state.isTerminal { usage = usage.adding(payloadOf: 8) }
                try await expect(usage, of: ada, in: store)
            }
            try await expect(OwnerUsage(), of: bob, in: store)
        },
        Clause("a job that is sent back counts again, and so does one that is removed no more") { store in
            let ada = try await store.makeUser().id
            let dead = try await store.job(in: .dead, of: ada)
            try await expect(OwnerUsage(), of: ada, in: store)
            _ = try await store.jobs.retry(dead.id, owner: nil, evenSucceeded: false)
            try await expect(OwnerUsage(liveJobs: 1, payloadBytes: 2), of: ada, in: store)
            _ = try await store.jobs.cancel(dead.id, owner: nil)
            try await expect(OwnerUsage(), of: ada, in: store)
        },
        Clause("a user's own limits are kept, replaced whole, and taken back") { store in
            let ada = try await store.makeUser().id
            for quota in [Quota(liveJobs: 3, payloadBytes: 100), Quota(payloadBytes: 0), Quota(liveJobs: 7), Quota()] {
                #expect(try await store.quotas.set(quota, of: ada).own == quota)
                #expect(try await store.quotas.standing(of: ada).own == quota)
            }
            let nobody: UserID = store.ids.next()
            await #expect(throws: DomainError.notFound(.user)) { try await store.quotas.standing(of: nobody) }
            await #expect(throws: DomainError.notFound(.user)) { try await store.quotas.set(Quota(), of: nobody) }
        },
    ]

    private static let refusing: [Clause<StoreUnderTest>] = [
        Clause("jobs up to the quota are accepted, the next is refused until one has ended") { store in
            let ada = try await store.makeUser().id
            _ = try await store.quotas.set(Quota(liveJobs: 2), of: ada)
            let first = try await store.submit(ada)
            _ = try await store.submit(ada)
            let refused = [SubmitOutcome.overQuota(QuotaExcess(resource: .liveJobs, limit: 2, used: 2))]
            #expect(try await store.jobs.submit([store.newJob(ada)], isAtomic: false) == refused)
            // Another owner does not notice.
            _ = try await store.submit(try await store.makeUser("bob@example.org").id)
            _ = try await store.jobs.cancel(first.id, owner: nil)
            _ = try await store.submit(ada)
            #expect(try await store.jobs.submit([store.newJob(ada)], isAtomic: false) == refused)
        },
        Clause("of a batch those are accepted that fit, in order") { store in
            let ada = try await store.makeUser().id
            let payload = try JSONText("12345")
            _ = try await store.quotas.set(Quota(liveJobs: 3, payloadBytes: 12), of: ada)
            let jobs = [payload, payload, payload, .init(stored: "{}"), .init(stored: "{}")].map { payload in
                store.newJob(ada) { $0.payload = payload }
            }
            let outcomes = try await store.jobs.submit(jobs, isAtomic: false)
            #expect(outcomes.map(\.excess?.resource) == [nil, nil, .payloadBytes, nil, .liveJobs])
            #expect(outcomes[2].excess == QuotaExcess(resource: .payloadBytes, limit: 12, used: 10))
            #expect(outcomes.filter(\.isAccepted).count == 3)
            try await expect(OwnerUsage(liveJobs: 3, payloadBytes: 12), of: ada, in: store)
        },
        Clause("an atomic batch that does not fit leaves nothing") { store in
            let ada = try await store.makeUser().id
            _ = try await store.quotas.set(Quota(liveJobs: 2), of: ada)
            let outcomes = try await store.jobs.submit((0..<3).map { _ in store.newJob(ada) }, isAtomic: true)
            #expect(outcomes.last?.excess?.resource == .liveJobs)
            try await expect(OwnerUsage(), of: ada, in: store)
            #expect(try await store.jobs.submit((0..<2).map { _ in store.newJob(ada) }, isAtomic: true).count == 2)
        },
        Clause("what is a job already takes no room in a batch") { store in
            let ada = try await store.makeUser().id
            let own: JobID = store.ids.next()
            let job = try await store.submit(ada) { $0.id = own }
            _ = try await store.quotas.set(Quota(liveJobs: 2), of: ada)
            let batch = [store.newJob(ada) { $0.id = own }, store.newJob(ada), store.newJob(ada)]
            let outcomes = try await store.jobs.submit(batch, isAtomic: false)
            #expect(outcomes[0] == .existing(job) && outcomes[1].isAccepted)
            #expect(outcomes[2].excess == QuotaExcess(resource: .liveJobs, limit: 2, used: 2))
        },
        Clause("what is a job already is answered as ever, however full its owner is") { store in
            let ada = try await store.makeUser().id
            let own: JobID = store.ids.next()
            let job = try await store.submit(ada) { $0.id = own }
            let unique = try await store.submit(ada) { $0.unique = UniqueClaim(key: "k", scope: .active) }
            _ = try await store.quotas.set(Quota(liveJobs: 0), of: ada)
            let again = [
                store.newJob(ada) { $0.id = own },
                store.newJob(ada) { $0.unique = UniqueClaim(key: "k", scope: .active) },
                store.newJob(ada, kind: "other") { $0.id = own }, store.newJob(ada) { $0.orderingKey = "o" },
            ]
            let outcomes = try await store.jobs.submit(again, isAtomic: false)
            #expect(Array(outcomes.prefix(3)) == [.existing(job), .existing(unique), .idTaken])
            #expect(outcomes.last?.excess == QuotaExcess(resource: .liveJobs, limit: 0, used: 2))
        },
        Clause("a job that would replace another needs room of its own, and replaces nothing without") { store in
            let ada = try await store.makeUser().id
            let claim = UniqueClaim(key: "k", scope: .active, onConflict: .replace)
            let first = try await store.submit(ada) { $0.unique = claim }
            _ = try await store.quotas.set(Quota(liveJobs: 1), of: ada)
            let outcomes = try await store.jobs.submit([store.newJob(ada) { $0.unique = claim }], isAtomic: false)
            #expect(outcomes.first?.excess?.resource == .liveJobs)
            #expect(try await store.job(first.id).state == .queued)
            _ = try await store.quotas.set(Quota(liveJobs: 2), of: ada)
            _ = try await store.submit(ada) { $0.unique = claim }
            #expect(try await store.job(first.id).state == .cancelled)
        },
    ]

    private static let ingesting: [Clause<StoreUnderTest>] = [
        Clause("a record beyond its owner's quota is a dead record, which can be replayed when there is room") {
            store in
            let ada = try await store.makeUser().id
            _ = try await store.quotas.set(Quota(liveJobs: 1), of: ada)
            let source = TopicPartition(topic: "millrace.jobs.default", partition: 0)
            let position = try #require(try await store.ingest.open([source], cluster: nil).first)
            let entries = (0..<2).map { number in
                IngestBatch.Entry(
                    record: SourceRecord(
                        source: source, offset: Int64(number), timestamp: nil, key: nil, value: [1], headers: []),
                    identity: store.ids.next(), job: store.newJob(ada))
            }
            let batch = IngestBatch(position: position, nextOffset: 2, entries: entries, dead: [])
            guard case .committed(let receipt) = try await store.ingest.ingest(batch) else {
                throw UnexpectedOutcome("the batch was not written")
            }
            #expect(receipt.accepted == 1)
            let dead = try #require(receipt.dead.first)
            #expect(dead.reason.code == .quotaExceeded && dead.ownerID == ada)
            let replay = RecordReplay(id: dead.id, entry: entries[1])
            guard case .refused(let reason)? = try await store.deadLetters.replay([replay]).first else {
                throw UnexpectedOutcome("the record was not refused again")
            }
            #expect(reason.code == .quotaExceeded)
            _ = try await store.quotas.set(Quota(), of: ada)
            guard case .accepted? = try await store.deadLetters.replay([replay]).first else {
                throw UnexpectedOutcome("the record was not replayed")
            }
        }
    ]

    /// Summing up makes no difference.
    private static func expect(
        _ usage: OwnerUsage, of owner: UserID, in store: StoreUnderTest,
        _ sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for _ in 0..<2 {
            #expect(try await store.quotas.standing(of: owner).usage == usage, sourceLocation: sourceLocation)
            _ = try await store.counters.fold()
        }
        #expect(try await store.counters.reconcile() == 0, sourceLocation: sourceLocation)
    }
}

extension SubmitOutcome {
    fileprivate var excess: QuotaExcess? { if case .overQuota(let excess) = self { excess } else { nil } }
    fileprivate var isAccepted: Bool { if case .accepted = self { true } else { false } }
}
