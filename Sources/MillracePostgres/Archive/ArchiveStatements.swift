import MillraceDomain

/// The SQL of archived jobs.
enum ArchiveStatements {
    static let all = [put.text, find.text, list.text, makePartitions.text, dropPartitions.text]

    /// A job that has ended has no next attempt, so that its row has no column for one.
    private static let jobs: StaticString =
        "(SELECT archived_jobs.*, NULL::timestamptz AS next_attempt_at FROM archived_jobs) AS jobs"

    private static let columns: StaticString = """
        id, owner_id, kind, payload, queue, ordering_key, run_at, expires_at, priority, max_attempts, timeout_ms,
        retry_base_ms, retry_cap_ms, retry_max_age_ms, tags, metadata, state, attempt, lost_leases, generation,
        cancel_requested_at, progress_percent, progress_text, created_at, started_at, finished_at, last_error_code,
        last_error_message, last_error_at, result
        """

    /// A job that had ended at another time has another key, so that no conflict finds its old row: hence the delete.
    static let put = Statement<Never>(
        name: "archived_job_put",
        sql: """
            WITH input AS MATERIALIZED (
                SELECT *
                FROM unnest(
                    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16, $17, $18, $19, $20, $21, $22,
                    $23, $24, $25, $26, $27, $28, $29, $30, $31, $32
                ) AS job (
                    id, owner_id, kind, payload, queue, ordering_key, run_at, expires_at, priority, max_attempts,
                    timeout_ms, retry_base_ms, retry_cap_ms, retry_max_age_ms, tags_from, tags_to, metadata, state,
                    attempt, lost_leases, generation, cancel_requested_at, progress_percent, progress_text,
                    created_at, started_at, finished_at, last_error_code, last_error_message, last_error_at, result)
            ), outdated AS (
                DELETE FROM archived_jobs
                USING input
                WHERE archived_jobs.id = input.id
                  AND archived_jobs.finished_at <> input.finished_at
            )
            INSERT INTO archived_jobs (\(columns))
            SELECT id, owner_id, kind, payload, queue, ordering_key, run_at, expires_at, priority, max_attempts,
                timeout_ms, retry_base_ms, retry_cap_ms, retry_max_age_ms,
                $15[input.tags_from : input.tags_to],
                metadata, state, attempt, lost_leases, generation, cancel_requested_at, progress_percent,
                progress_text, created_at, started_at, finished_at, last_error_code, last_error_message,
                last_error_at, result
            FROM input
            ORDER BY id
            ON CONFLICT (id, finished_at) DO UPDATE
            SET (owner_id, kind, payload, queue, ordering_key, run_at, expires_at, priority, max_attempts, timeout_ms,
                 retry_base_ms, retry_cap_ms, retry_max_age_ms, tags, metadata, state, attempt, lost_leases,
                 generation, cancel_requested_at, progress_percent, progress_text, created_at, started_at,
                 last_error_code, last_error_message, last_error_at, result)
              = (EXCLUDED.owner_id, EXCLUDED.kind, EXCLUDED.payload, EXCLUDED.queue, EXCLUDED.ordering_key,
                 EXCLUDED.run_at, EXCLUDED.expires_at, EXCLUDED.priority, EXCLUDED.max_attempts, EXCLUDED.timeout_ms,
                 EXCLUDED.retry_base_ms, EXCLUDED.retry_cap_ms, EXCLUDED.retry_max_age_ms, EXCLUDED.tags,
                 EXCLUDED.metadata, EXCLUDED.state, EXCLUDED.attempt, EXCLUDED.lost_leases, EXCLUDED.generation,
                 EXCLUDED.cancel_requested_at, EXCLUDED.progress_percent, EXCLUDED.progress_text, EXCLUDED.created_at,
                 EXCLUDED.started_at, EXCLUDED.last_error_code, EXCLUDED.last_error_message, EXCLUDED.last_error_at,
                 EXCLUDED.result)
            """,
        parameters: [
            .uuidArray, .uuidArray, .textArray, .textArray, .textArray, .textArray, .timestamptzArray,
            .timestamptzArray, .int2Array, .int4Array, .int8Array, .int8Array, .int8Array, .int8Array, .textArray,
            .int4Array, .int4Array, .textArray, .textArray, .int4Array, .int4Array, .int4Array, .timestamptzArray,
            .int2Array, .textArray, .timestamptzArray, .timestamptzArray, .timestamptzArray, .textArray, .textArray,
            .timestamptzArray, .textArray,
        ])

    static let find = Statement<Job>(
        name: "archived_job_find",
        sql: """
            SELECT \(JobRow.columns)
            FROM \(jobs)
            WHERE id = $1
              AND ($2 IS NULL OR owner_id = $2)
            ORDER BY finished_at DESC
            LIMIT 1
            """, parameters: [.uuid, .uuid], access: .read, decode: JobRow.decode)

    static let list = Statement<Job>(
        name: "archived_job_list",
        sql: """
            SELECT \(JobRow.columns)
            FROM \(jobs)
            WHERE owner_id = $1
              AND (created_at, id) < ($2, $3)
            ORDER BY created_at DESC, id DESC
            LIMIT $4
            """, parameters: [.uuid, .timestamptz, .uuid, .int8], access: .read, decode: JobRow.decode)

    static let makePartitions = Statement<Int32>(
        name: "archive_make_partitions",
        sql: "SELECT make_archive_partitions(COALESCE($1, statement_timestamp()), $2)",
        parameters: [.timestamptz, .int4]
    ) { try $0.value() }

    static let dropPartitions = Statement<Int32>(
        name: "archive_drop_partitions",
        sql: """
            SELECT drop_archive_partitions(COALESCE($1, statement_timestamp()) - $2 * interval '1 millisecond')
            """, parameters: [.timestamptz, .int8]
    ) { try $0.value() }
}
