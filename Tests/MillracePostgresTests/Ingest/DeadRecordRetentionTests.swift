import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

@Suite struct DeadRecordRetentionTests {
    @Test func `records past their time go, the oldest first and some at a time`() async throws {
        try await TestDatabase.with { database in
            let clock = ManualClock()
            let retention = DeadRecordRetention(client: database.client, clock: clock)
            let first = "\(clock.now())"
            try await keep(1_200, since: first, database)
            clock.advance(by: .seconds(60))
            try await keep(1, since: "\(clock.now())", database)
            clock.advance(by: .seconds(86_340))
            #expect(try await retention(olderThan: .seconds(86_400)) == 0)
            clock.advance(by: .microseconds(1))
            #expect(try await retention(olderThan: .seconds(86_400)) == DeadRecordRetention.batch)
            #expect(try await retention(olderThan: .seconds(86_400)) == 200)
            #expect(try await retention(olderThan: .seconds(86_400)) == 0)
            #expect(try await database.sql("SELECT count(*) FROM dead_records") == [["1"]])
        }
    }

    private func keep(_ count: Int, since instant: String, _ database: TestDatabase) async throws {
        try await database.sql(
            """
            INSERT INTO dead_records (id, topic, partition, record_offset, header_names, header_values, reason_code,
                reason_message, created_at)
            SELECT gen_random_uuid(), 'topic', 0, n, '{}', '{}', 'empty', 'Empty.', '\(instant)'
            FROM generate_series(1, \(count)) AS n
            """)
    }
}
