import MillraceDomain

/// The SQL of erasures.
enum ErasureStatements {
    static let all = [
        begin.text, find.text, findByUser.text, unfinished.text, removeJobs.text, removeDeadRecords.text,
        removeRecords.text,
        removeClaims.text, save.text,
        erased.text,
    ]

    private static let columns: StaticString = """
        erasures.id, erasures.user_id, erasures.phase, erasures.removed_jobs, erasures.removed_archived_jobs,
            erasures.removed_dead_records, erasures.removed_idempotency_records, erasures.removed_unique_claims,
            erasures.created_at, erasures.updated_at, erasures.finished_at
        """

    private static let decode: @Sendable (inout RowReader) throws -> Erasure = { row in
        let (id, userID): (ErasureID, UserID) = (try row.value(), try row.value())
        let word: String = try row.value()
        guard let phase = Erasure.Phase(rawValue: word) else { throw PostgresError(.decoding, "\(word) is no phase.") }
        let (jobs, archived, records): (Int64, Int64, Int64) = (try row.value(), try row.value(), try row.value())
        let (replies, claims): (Int64, Int64) = (try row.value(), try row.value())
        return Erasure(
            id: id, userID: userID, phase: phase, removedJobs: Int(jobs), removedArchivedJobs: Int(archived),
            removedDeadRecords: Int(records), removedIdempotencyRecords: Int(replies),
            removedUniqueClaims: Int(claims), createdAt: try row.value(), updatedAt: try row.value(),
            finishedAt: try row.optional())
    }

    static let begin = Statement<Erasure>(
        name: "erasure_begin",
        sql: """
            INSERT INTO erasures (id, user_id, phase, created_at, updated_at, phase_at)
            SELECT $1, $2, 'jobs', moment.at, moment.at, moment.at
            FROM (SELECT COALESCE($3, statement_timestamp()) AS at) AS moment
            RETURNING \(columns)
            """, parameters: [.uuid, .uuid, .timestamptz], decode: decode)

    static let find = Statement<Erasure>(
        name: "erasure_find", sql: "SELECT \(columns) FROM erasures WHERE id = $1", parameters: [.uuid], access: .read,
        decode: decode)

    static let findByUser = Statement<Erasure>(
        name: "erasure_find_by_user", sql: "SELECT \(columns) FROM erasures WHERE user_id = $1", parameters: [.uuid],
        access: .read, decode: decode)

    /// With the microseconds since it entered its phase.
    static let unfinished = Statement<(Erasure, Int64)>(
        name: "erasure_unfinished",
        sql: """
            SELECT \(columns),
                   (extract(epoch FROM COALESCE($1, statement_timestamp()) - erasures.phase_at) * 1000000)::bigint
            FROM erasures
            WHERE erasures.finished_at IS NULL
            ORDER BY erasures.updated_at, erasures.id
            LIMIT 1
            """, parameters: [.timestamptz], access: .read
    ) { (try decode(&$0), try $0.value()) }

    static let erased = Statement<UserID>(
        name: "erasure_erased",
        sql: """
            SELECT erasures.user_id
            FROM erasures
            WHERE erasures.finished_at >= COALESCE($1, statement_timestamp()) - $2 * interval '1 microsecond'
            ORDER BY erasures.finished_at
            """, parameters: [.timestamptz, .int8], access: .read
    ) { try $0.value() }

    /// How many jobs were removed and how many are left.
    ///
    /// The rows to remove and those to stop are locked together, in the order of their ids as everywhere. Nothing is
    /// skipped for being locked, so that the rest is known: whoever holds a row is waited for. A row that has moved
    /// on meanwhile is left to the next call, because the record of its run is younger than this statement's view
    /// and would stay behind.
    ///
    /// Of jobs with an ordering key, the live ones are looked at only where the caller has locked their key: one of
    /// `$4` and `$5`. None is freed: all of the owner's go.
    ///
    /// Arrays of ids, so that every step goes by an index, whatever the planner believes of their number. Of the live
    /// jobs ten thousand are looked at for running ones: as the others go, all come to be looked at.
    static let removeJobs = Statement<(removed: Int64, left: Int64)>(
        name: "erasure_remove_jobs",
        sql: """
            WITH chosen AS MATERIALIZED (
                (
                    SELECT id, state, started_at
                    FROM jobs
                    WHERE owner_id = $1 AND state <> 'running'
                      AND (ordering_key IS NULL OR finished_at IS NOT NULL OR (queue, ordering_key) IN (
                          SELECT input.queue, input.ordering_key FROM unnest($4, $5) AS input (queue, ordering_key)))
                    ORDER BY created_at, id
                    LIMIT $2
                )
                UNION ALL
                SELECT id, state, started_at
                FROM (
                    SELECT id, state, started_at, cancel_requested_at
                    FROM jobs
                    WHERE owner_id = $1 AND finished_at IS NULL
                      AND (ordering_key IS NULL OR (queue, ordering_key) IN (
                          SELECT input.queue, input.ordering_key FROM unnest($4, $5) AS input (queue, ordering_key)))
                    LIMIT 10000
                ) AS live
                WHERE state = 'running' AND cancel_requested_at IS NULL
            ),
            locked AS MATERIALIZED (
                SELECT jobs.id, jobs.state
                FROM jobs
                JOIN chosen ON jobs.id = chosen.id
                WHERE jobs.id = ANY (ARRAY(SELECT chosen.id FROM chosen))
                  AND jobs.state = chosen.state
                  AND jobs.started_at IS NOT DISTINCT FROM chosen.started_at
                ORDER BY jobs.id
                FOR UPDATE OF jobs
            ),
            stopped AS (
                UPDATE jobs
                SET cancel_requested_at = COALESCE($3, statement_timestamp())
                WHERE id = ANY (ARRAY(SELECT locked.id FROM locked WHERE locked.state = 'running'))
            ),
            forgotten AS (
                DELETE FROM job_attempts
                WHERE job_id = ANY (ARRAY(SELECT locked.id FROM locked WHERE locked.state <> 'running'))
            ),
            removed AS (
                DELETE FROM jobs
                WHERE id = ANY (ARRAY(SELECT locked.id FROM locked WHERE locked.state <> 'running'))
                RETURNING id
            ),
            -- As they were before.
            seen AS (
                SELECT count(*) AS jobs FROM (SELECT FROM jobs WHERE owner_id = $1 LIMIT 2 * $2) AS owned
            )
            SELECT gone.jobs, LEAST(seen.jobs - gone.jobs, $2)
            FROM seen, (SELECT count(*) AS jobs FROM removed) AS gone
            """, parameters: [.uuid, .int8, .timestamptz, .textArray, .textArray], isPlannedAnew: true
    ) { (try $0.value(), try $0.value()) }

    static let removeDeadRecords = Statement<Never>(
        name: "erasure_remove_dead_records",
        sql: """
            WITH chosen AS MATERIALIZED (
                SELECT id
                FROM dead_records
                WHERE owner_id = $1
                ORDER BY id
                LIMIT $2
                FOR UPDATE
            )
            DELETE FROM dead_records
            WHERE id = ANY (ARRAY(SELECT chosen.id FROM chosen))
            """, parameters: [.uuid, .int8])

    static let removeRecords = Statement<Never>(
        name: "erasure_remove_idempotency_records",
        sql: """
            DELETE FROM idempotency_records
            WHERE (owner_id, route, key, kept_on) IN (
                SELECT owner_id, route, key, kept_on FROM idempotency_records WHERE owner_id = $1 LIMIT $2)
              AND owner_id = $1
            """, parameters: [.uuid, .int8], isPlannedAnew: true)

    static let removeClaims = Statement<Never>(
        name: "erasure_remove_unique_claims",
        sql: """
            WITH chosen AS MATERIALIZED (
                SELECT kind, key
                FROM unique_claims
                WHERE owner_id = $1
                -- One order for all.
                ORDER BY owner_id, kind, key
                LIMIT $2
                FOR UPDATE
            )
            DELETE FROM unique_claims
            USING chosen
            WHERE unique_claims.owner_id = $1
              AND unique_claims.kind = chosen.kind
              AND unique_claims.key = chosen.key
            """, parameters: [.uuid, .int8])

    static let save = Statement<Never>(
        name: "erasure_save",
        sql: """
            UPDATE erasures
            SET phase = $2,
                removed_jobs = $3,
                removed_archived_jobs = $4,
                removed_dead_records = $5,
                removed_idempotency_records = $7,
                removed_unique_claims = $8,
                updated_at = moment.at,
                phase_at = CASE WHEN phase = $2 THEN phase_at ELSE moment.at END,
                finished_at = CASE WHEN $2 = 'done' THEN moment.at END
            FROM (SELECT COALESCE($6, statement_timestamp()) AS at) AS moment
            WHERE id = $1
            """, parameters: [.uuid, .text, .int8, .int8, .int8, .timestamptz, .int8, .int8])
}
