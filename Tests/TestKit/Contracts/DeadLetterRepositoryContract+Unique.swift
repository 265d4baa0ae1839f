import MillraceDomain
import Testing

extension DeadLetterRepositoryContract {
    static let withUniqueKeys: [Clause<StoreUnderTest>] = [
        Clause("a dead job that has claimed a unique key is told apart, and never sent back together with others") {
            store in
            let owner = try await store.makeUser().id
            var dead: [JobID] = []
            for scope in [UniqueClaim.Scope.active, .forever, .window(.seconds(60))] {
                let claim = UniqueClaim(key: "\(dead.count)", scope: scope)
                dead.append(try await store.job(in: .dead, of: owner) { $0.unique = claim }.id)
            }
            let free = try await store.job(in: .dead, of: owner)
            let alone = try await allCandidates(store, limit: 10).reduce(into: Set<JobID>()) { alone, letter in
                if case .job(let id, _, _, true) = letter { alone.insert(id) }
            }
            #expect(alone == Set(dead))
            let returns = (dead + [free.id]).map { JobReturn(id: $0, generation: 0) }
            #expect(try await store.deadLetters.sendBack(returns).map(\.id) == [free.id])
            #expect(try await store.states(dead) == [.dead, .dead, .dead])
        },
        Clause("a record whose unique key another job holds gets what it asks for, and harms no other") { store in
            let owner = try await store.makeUser().id
            let held = try await store.claim(try await store.submit(owner) { $0.unique = .init(key: "held") })
            let waiting = try await store.submit(owner) { $0.unique = .init(key: "waiting") }
            let claims = [
                UniqueClaim(key: "held", onConflict: .reject), UniqueClaim(key: "held"),
                UniqueClaim(key: "held", onConflict: .replace), UniqueClaim(key: "waiting", onConflict: .replace),
                UniqueClaim(key: "free", onConflict: .reject), UniqueClaim(key: "free", onConflict: .reject),
            ]
            let replays = try await replaysOf(claims, owner, store)
            let outcomes = try await store.deadLetters.replay(replays)
            #expect(
                words(outcomes) == ["unique_conflict", "duplicate", "unique_conflict", nil, nil, "unique_conflict"])
            #expect(try await store.job(waiting.id).state == .cancelled)
            let left = try await store.deadLetters.list(DeadLetterFilter(), page: PageRequest()).items
            #expect(Set(left.map(\.position.id)) == Set([0, 2, 5].map { replays[$0].id.uniqueID }))
            // The jobs of the records hold their keys like any others.
            for (index, key) in [(3, "waiting"), (4, "free")] {
                let job = store.newJob(owner) { $0.unique = .init(key: key, onConflict: .reject) }
                let holder = replays[index].entry.job.id
                #expect(try await store.jobs.submit([job], isAtomic: false) == [.uniqueConflict(holder)])
            }
            try await store.finish(.succeeding(held.lease))
            let again = try await store.deadLetters.replay([replays[0]])
            #expect(again == [.accepted(try await store.job(replays[0].entry.job.id))])
        },
        Clause("of records with one unique key that are replayed at the same moment one becomes a job") { store in
            let owner = try await store.makeUser().id
            let claims = (0..<8).map { _ in UniqueClaim(key: "k", onConflict: .reject) }
            let replays = try await replaysOf(claims, owner, store)
            let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
                for half in [Array(replays[..<4]), Array(replays[4...].reversed())] {
                    group.addTask {
                        words(try await store.deadLetters.replay(half)).count { $0 == nil }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(accepted == 1)
            #expect(try await store.jobs.states(of: replays.map(\.entry.job.id)).count == 1)
            #expect(try await store.deadLetters.list(DeadLetterFilter(), page: PageRequest()).items.count == 7)
        },
    ]

    /// Keeps a record for each claim, and makes of it the entry of a job that makes this claim.
    private static func replaysOf(
        _ claims: [UniqueClaim], _ owner: UserID, _ store: StoreUnderTest
    ) async throws -> [RecordReplay] {
        var replays: [RecordReplay] = []
        for (offset, claim) in claims.enumerated() {
            let record = try await keep(store, .sample(offset: Int64(offset)))
            let entry = IngestBatch.Entry(
                record: record.record, identity: store.ids.next(), job: store.newJob(owner) { $0.unique = claim })
            replays.append(RecordReplay(id: record.id, entry: entry))
        }
        return replays
    }

    /// What became of each in a word; nil for those that are jobs now.
    private static func words(_ outcomes: [RecordReplayOutcome]) -> [String?] {
        outcomes.map { outcome in
            switch outcome {
            case .accepted: nil
            case .duplicate: "duplicate"
            case .refused(let reason): reason.code.rawValue
            case .gone: "gone"
            }
        }
    }
}
