import MillraceDomain
import TestKit

@testable import MillracePostgres

extension TestDatabase {
    /// The partitions of all archived jobs, in the order of their ids.
    func archivePlaces() async throws -> [String?] {
        try await sql("SELECT tableoid::regclass::text FROM archived_jobs ORDER BY id").map { $0[0] }
    }

    /// Fills the archive with jobs of one owner, a second apart, the `count`-th the newest; every 1,000th is dead and
    /// has the tag `rare`; they expire in the course of a year from 2033 on.
    func fillArchive(_ count: Int, owner: UserID) async throws {
        try await sql("SELECT make_archive_partitions('2033-01-01', 11)")
        try await sql(
            """
            INSERT INTO archived_jobs (
                id, generation, kept_until, owner_id, kind, payload, queue, run_at, priority, max_attempts, tags,
                metadata, state, attempt, lost_leases, created_at, finished_at)
            SELECT
                gen_random_uuid(), 0, timestamptz '2033-01-01' + n * interval '31536000 seconds' / \(count),
                '\(owner)', 'noop', '{}', 'default', now(), 0, 25,
                CASE WHEN n % 1000 = 0 THEN '{rare}'::text[] ELSE '{}' END, '{}',
                CASE WHEN n % 1000 = 0 THEN 'dead' ELSE 'succeeded' END, 1, 0,
                timestamptz '2030-01-01' + n * interval '1 second', timestamptz '2030-01-02' + n * interval '1 second'
            FROM generate_series(1, \(count)) AS n
            """)
        try await sql("ANALYZE archived_jobs")
    }

    /// How the server would run a statement with these values, as literals, planned for them or for any.
    func plan(
        of text: StatementText, _ values: [String], isGeneric: Bool = false
    ) async throws -> String {
        let types = text.parameters.map { "\($0)".replacing("Array", with: "[]") }.joined(separator: ", ")
        let lines = try await sql(
            """
            SET plan_cache_mode = \(isGeneric ? "force_generic_plan" : "force_custom_plan");
            PREPARE explained (\(types)) AS \(text.sql.text);
            EXPLAIN EXECUTE explained (\(values.joined(separator: ", ")))
            """)
        return lines.compactMap { $0[0] }.joined(separator: "\n")
    }
}
