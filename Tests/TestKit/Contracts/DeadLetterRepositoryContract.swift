import MillraceDomain
import Testing

/// What holds of every `DeadLetterRepository`.
public enum DeadLetterRepositoryContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] =
        looking + sendingBack + replaying + inOrder + withUniqueKeys

    private static let looking: [Clause<StoreUnderTest>] = [
        Clause("dead jobs and dead records are listed together, newest first by when they died") { store in
            let owner = try await store.makeUser().id
            #expect(try await store.deadLetters.list(owner: nil, page: PageRequest()).items == [])
            let claimed = try await store.claim(try await store.submit(owner))
            store.clock.advance(by: .seconds(1))
            let first = try await keep(store, .sample(offset: 1))
            store.clock.advance(by: .seconds(1))
            try await store.finish(.failing(claimed.lease, isFinal: true))
            let dead = try await store.job(claimed.job.id)
            store.clock.advance(by: .seconds(1))
            let last = try await keep(store, .sample(offset: 2))
            let letters = try await store.deadLetters.list(owner: nil, page: PageRequest()).items
            #expect(letters == [.record(last), .job(dead), .record(first)])
        },
        Clause("an owner sees its own dead jobs, and the records that would have become its jobs") { store in
            let ada = try await store.makeUser().id
            let bob = try await store.makeUser("bob@example.org").id
            let dead = try await store.job(in: .dead, of: ada)
            _ = try await store.job(in: .dead, of: bob)
            _ = try await keep(store, .sample(offset: 1))
            _ = try await keep(store, .sample(offset: 2), owner: bob)
            store.clock.advance(by: .seconds(1))
            let record = try await keep(store, .sample(offset: 3), owner: ada)
            let letters = try await store.deadLetters.list(owner: ada, page: PageRequest()).items
            #expect(letters == [.record(record), .job(dead)])
            #expect(try await store.deadLetters.list(owner: store.ids.next(), page: PageRequest()).items == [])
            for letter in letters {
                let id = letter.position.id
                #expect(try await store.deadLetters.find(id, owner: ada) == letter)
                #expect(try await store.deadLetters.find(id, owner: nil) == letter)
                #expect(try await store.deadLetters.find(id, owner: bob) == nil)
            }
            let alive = try await store.submit(ada)
            #expect(try await store.deadLetters.find(alive.id.uniqueID, owner: nil) == nil)
        },
        Clause("a filter passes what it says, in lists and for replays") { store in
            let owner = try await store.makeUser().id
            var letters = [DeadLetter.job(try await store.job(in: .dead, of: owner))]
            store.clock.advance(by: .seconds(1))
            let sources = ["a.jobs.mail", "a.jobs.default", "a.jobs.e-mail"].map {
                TopicPartition(topic: $0, partition: 0)
            }
            for (offset, source) in sources.enumerated() {
                let kind = offset == 0 ? JobKind(stored: "noop") : nil
                let reason = DeadReason(offset == 1 ? .malformedJSON : .unknownKind, "No.")
                letters.append(
                    .record(
                        try await keep(store, .sample(source, offset: Int64(offset)), reason: reason, kind: kind)))
                store.clock.advance(by: .seconds(1))
            }
            for filter in filters(from: letters) {
                let expected = letters.filter(filter.passes)
                #expect(!expected.isEmpty && expected.count < letters.count, "\(filter)")
                let listed = try await store.deadLetters.list(filter, page: PageRequest()).items
                #expect(listed == expected.reversed(), "\(filter)")
                let found = try await store.deadLetters.candidates(filter, after: nil, limit: 10)
                #expect(found.items.map(\.position) == expected.map(\.position) && found.next == nil, "\(filter)")
            }
        },
        Clause("pages have no gaps and no doubles, also at equal times") { store in
            let owner = try await store.makeUser().id
            var expected: [DeadLetter] = []
            for number in 0..<4 {
                if number == 2 { store.clock.advance(by: .microseconds(1)) }
                expected.append(.record(try await keep(store, .sample(offset: Int64(number)))))
                expected.append(.job(try await store.job(in: .dead, of: owner)))
            }
            expected.sort {
                ($0.position.createdAt, $0.position.id) > ($1.position.createdAt, $1.position.id)
            }
            for limit in [1, 2, 3, 8] {
                let listed = try await allPages(limit: limit) { page in
                    try await store.deadLetters.list(owner: nil, page: page)
                }
                #expect(listed == expected, "with pages of \(limit)")
                let oldest = try await allCandidates(store, limit: limit)
                #expect(oldest.map(\.position) == expected.reversed().map(\.position), "with \(limit) at a time")
            }
        },
        Clause("jobs that live or ended otherwise are no dead letters, nor is a dead job sent back") { store in
            let owner = try await store.makeUser().id
            for state in JobState.allCases.reversed() where state != .blocked && state != .dead {
                _ = try await store.job(in: state, of: owner)
            }
            let dead = try await store.job(in: .dead, of: owner)
            _ = try await store.jobs.retry(dead.id, owner: nil, evenSucceeded: false)
            #expect(try await store.deadLetters.list(owner: nil, page: PageRequest()).items == [])
        },
    ]

    static func keep(
        _ store: StoreUnderTest, _ record: SourceRecord, reason: DeadReason = DeadReason(.empty, "It is empty."),
        owner: UserID? = nil, kind: JobKind? = nil
    ) async throws -> DeadRecord {
        let position = try #require(try await store.ingest.open([record.source]).first)
        let batch = IngestBatch(
            position: position, nextOffset: record.offset + 1, entries: [],
            dead: [.init(record: record, reason: reason, ownerID: owner, kind: kind)])
        guard case .committed(let receipt) = try await store.ingest.ingest(batch) else {
            throw UnexpectedOutcome("a stale epoch")
        }
        let kept = try #require(receipt.dead.first)
        #expect(kept.ownerID == owner && kept.kind == kind && kept.incarnation == position.incarnation)
        return kept
    }

    /// One filter of each sort, of which each passes some of four letters and not all.
    private static func filters(from letters: [DeadLetter]) -> [DeadLetterFilter] {
        let changes: [(inout DeadLetterFilter) -> Void] = [
            { $0.sort = .job }, { $0.sort = .record }, { $0.queue = QueueName(stored: "mail") },
            { $0.queue = .default }, { $0.kind = JobKind(stored: "noop") }, { $0.code = "unknown_kind" },
            { $0.code = "broken" }, { $0.diedAfter = letters[2].position.createdAt },
            { $0.diedBefore = letters[2].position.createdAt },
            { $0.ids = [letters[0].position.id, letters[3].position.id] },
        ]
        return changes.map { change in
            var filter = DeadLetterFilter()
            change(&filter)
            return filter
        }
    }
}
