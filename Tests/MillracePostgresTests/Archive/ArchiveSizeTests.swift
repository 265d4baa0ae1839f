import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

/// What an archive of many jobs costs.
@Suite struct ArchiveSizeTests {
    @Test func `rare matches are looked for in bounded steps, and all of them are found`() async throws {
        try await withFullArchive(12_000) { archive, database, owner in
            var filter = JobFilter()
            filter.tag = "rare"
            let first = try await archive.list(owner: owner, filter: filter, page: PageRequest(limit: 20))
            #expect(first.items.count == 5)
            let start = try #require(Timestamp("2030-01-01T00:00:00Z"))
            #expect(first.next?.createdAt == start + .seconds(7_001))
            let second = try await archive.list(
                owner: owner, filter: filter, page: PageRequest(limit: 20, after: first.next))
            #expect(second.items.count == 5)
            let third = try await archive.list(
                owner: owner, filter: filter, page: PageRequest(limit: 20, after: second.next))
            #expect(third.items.count == 2 && third.next == nil)
            filter.kind = JobKind(stored: "none")
            #expect(try await JobArchiveContract.listed(archive, owner: owner, filter) == [])
            filter = JobFilter()
            filter.state = .dead
            let dead = try await archive.list(owner: owner, filter: filter, page: PageRequest(limit: 12))
            #expect(dead.items.count == 12 && dead.next == nil)
        }
    }

    @Test func `finds, lists and erasures use the indexes`() async throws {
        try await withFullArchive(50_000) { _, database, owner in
            let page = ["NULL", "NULL", "NULL", "NULL", "'-infinity'", "'infinity'", "'infinity'"]
            let place = ["'ffffffff-ffff-ffff-ffff-ffffffffffff'", "51"]
            let list = try await database.plan(
                of: ArchiveListStatements.list.text, ["'\(owner)'", "NULL"] + page + place)
            #expect(!list.contains("Seq Scan on archived_jobs_2033"), "\(list)")
            #expect(list.contains("owner_id_created_at_id_idx"), "\(list)")
            let dead = try await database.plan(
                of: ArchiveListStatements.listOfState.text, ["'\(owner)'", "'dead'"] + page + place)
            #expect(!dead.contains("Seq Scan on archived_jobs_2033"), "\(dead)")
            #expect(dead.contains("owner_id_state_created_at_id_idx"), "\(dead)")
            let find = try await database.plan(
                of: ArchiveStatements.find.text, ["'\(owner)'"])
            #expect(!find.contains("Seq Scan on archived_jobs_2033"), "\(find)")
            let erase = try await database.plan(of: ArchiveStatements.eraseOwner.text, ["'\(owner)'"])
            #expect(!erase.contains("Seq Scan on archived_jobs_2033"), "\(erase)")
            let superseded = try await database.plan(
                of: ArchiveStatements.removeSuperseded.text, ["ARRAY['\(owner)']::uuid[]", "'{1}'"])
            #expect(!superseded.contains("Seq Scan on archived_jobs_2033"), "\(superseded)")
        }
    }

    @Test func `an owner is erased in calls of some hundred jobs`() async throws {
        try await withFullArchive(1_200) { archive, _, owner in
            var removed: [Int] = []
            while let some = try? await archive.erase(owner: owner), some > 0 { removed.append(some) }
            #expect(removed == [500, 500, 200])
        }
    }

    private func withFullArchive(
        _ count: Int, _ body: (PostgresJobArchive, TestDatabase, UserID) async throws -> Void
    ) async throws {
        try await TestDatabase.with { database in
            let owner = UserID(SequentialIDs.id(1, series: 9))
            try await database.fillArchive(count, owner: owner)
            try await body(PostgresJobArchive(client: database.client), database, owner)
        }
    }
}
