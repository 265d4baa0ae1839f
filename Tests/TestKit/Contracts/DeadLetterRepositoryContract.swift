import MillraceDomain
import Testing

/// What holds of every `DeadLetterRepository`.
public enum DeadLetterRepositoryContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = [
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
        Clause("an owner sees its own dead jobs and no records") { store in
            let ada = try await store.makeUser().id
            let bob = try await store.makeUser("bob@example.org").id
            let dead = try await store.job(in: .dead, of: ada)
            _ = try await store.job(in: .dead, of: bob)
            _ = try await keep(store, .sample(offset: 1))
            #expect(try await store.deadLetters.list(owner: ada, page: PageRequest()).items == [.job(dead)])
            #expect(try await store.deadLetters.list(owner: store.ids.next(), page: PageRequest()).items == [])
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

    private static func keep(_ store: StoreUnderTest, _ record: SourceRecord) async throws -> DeadRecord {
        let position = try #require(try await store.ingest.open([record.source]).first)
        let batch = IngestBatch(
            position: position, nextOffset: record.offset + 1, entries: [],
            dead: [.init(record: record, reason: DeadReason(.empty, "The record is empty."))])
        guard case .committed(let receipt) = try await store.ingest.ingest(batch) else {
            throw UnexpectedOutcome("a stale epoch")
        }
        return try #require(receipt.dead.first)
    }
}
