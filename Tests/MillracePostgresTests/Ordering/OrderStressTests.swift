import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

/// All who may touch a few keys at once: no deadlock, no overlap, nothing out of order, nothing stuck.
@Suite struct OrderStressTests {
    @Test(.timeLimit(.minutes(3)))
    func `submits, runs, cancels, sweeps, erasures and upkeep on few keys at once keep the order`() async throws {
        try await TestDatabase.with(pool: .patient(min: 4, max: 12)) { database in
            let client = database.client
            let users = PostgresUserRepository(client: client)
            let owner = try await users.create(id: UserID(UUIDv7Generator().next()), profile: .sample()).id
            let doomed = try await users.create(
                id: UserID(UUIDv7Generator().next()), profile: .sample("doomed@example.org")
            ).id
            let load = OrderLoad(client: client, owner: owner, keys: ["a", "b", "c"])
            await withTaskGroup { group in
                for _ in 0..<4 { group.addTask { await load.submit(10) } }
                group.addTask { await load.submit(10, for: doomed) }
                group.addTask { await load.cancel(8) }
                group.addTask { await erase(doomed, load) }
                group.addTask {
                    for _ in 0..<10 {
                        await load.noting("upkeep") { _ = try await OrderUpkeep(client: client, clock: nil)() }
                    }
                }
                for name in ["one", "two", "three", "four"] {
                    group.addTask { await load.work(name) { try await isDone(database, load) } }
                }
            }
            let log = load.log.value
            #expect(log.errors == [])
            #expect(log.overlaps == [])
            try await checkOrder(log, database)
            let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            #expect(try await database.sql(deadlocks) == [["0"]])
        }
    }

    /// Nothing is live any more, of those who submit none is left, and the counters say so too.
    private func isDone(_ database: TestDatabase, _ load: OrderLoad) async throws -> Bool {
        guard load.log.value.accepted.count == 5 else { return false }
        return try await database.sql("SELECT count(*) FROM jobs WHERE finished_at IS NULL") == [["0"]]
    }

    private func erase(_ user: UserID, _ load: OrderLoad) async {
        let erasures = PostgresErasureRepository(client: load.client)
        await load.noting("erase") {
            _ = try await erasures.begin(ErasureID(UUIDv7Generator().next()), user: user)
        }
        while load.log.value.accepted.count < 5 {
            await load.noting("erase") { _ = try await erasures.removeJobs(of: user, limit: 10) }
        }
        await load.noting("erase") { while try await erasures.removeJobs(of: user, limit: 10).removed > 0 {} }
    }

    private func checkOrder(_ log: OrderLoad.Log, _ database: TestDatabase) async throws {
        let rows = try await database.sql(
            "SELECT id, ordering_key, ordering_position FROM jobs WHERE ordering_key IS NOT NULL")
        var places: [String: [JobID: Int64]] = [:]
        for row in rows {
            let (id, key) = (try #require(row[0].flatMap { JobID($0) }), try #require(row[1]))
            places[key, default: [:]][id] = Int64(row[2] ?? "")
        }
        #expect(log.runs.count == 3)
        for (key, places) in places {
            for mine in log.accepted {
                let given = mine.compactMap { places[$0] }
                #expect(given == given.sorted(), "who submits one after the other is kept in that order")
            }
            let runs = log.runs[key] ?? []
            let ran = runs.compactMap { places[$0] }
            #expect(ran.count == runs.count && !ran.isEmpty)
            #expect(ran == ran.sorted(), "the runs of \(key) go on, never back")
        }
    }
}
