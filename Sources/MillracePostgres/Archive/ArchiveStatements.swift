import MillraceDomain

/// The SQL of archived jobs, lists apart.
///
/// What looks into every month is planned anew: a plan made while a month was empty would go on reading it whole when
/// it has a million rows.
enum ArchiveStatements {
    static let all = [put.text, removeSuperseded.text, find.text, eraseOwner.text, erase.text]

    /// A row that is there already stays: it is the same.
    static let put = Statement<Never>(
        name: "archived_job_put",
        sql: """
            WITH input AS MATERIALIZED (
                SELECT *
                FROM unnest(
                    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16, $17, $18, $19, $20, $21, $22,
                    $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35
                ) AS job (
                    id, owner_id, kind, payload, queue, ordering_key, run_at, expires_at, priority, max_attempts,
                    timeout_ms, retry_base_ms, retry_cap_ms, retry_max_age_ms, tags_from, tags_to, metadata, state,
                    attempt, lost_leases, generation, cancel_requested_at, progress_percent, progress_text,
                    created_at, started_at, finished_at, last_error_code, last_error_message, last_error_at, result,
                    kept_until, attempts, unique_claim)
            )
            INSERT INTO archived_jobs (
                id, owner_id, kind, payload, queue, ordering_key, run_at, expires_at, priority, max_attempts,
                timeout_ms, retry_base_ms, retry_cap_ms, retry_max_age_ms, tags, metadata, state, attempt, lost_leases,
                generation, cancel_requested_at, progress_percent, progress_text, created_at, started_at, finished_at,
                last_error_code, last_error_message, last_error_at, result, kept_until, attempts,
                unique_claim)
            SELECT id, owner_id, kind, payload, queue, ordering_key, run_at, expires_at, priority, max_attempts,
                timeout_ms, retry_base_ms, retry_cap_ms, retry_max_age_ms,
                $15[input.tags_from : input.tags_to],
                metadata, state, attempt, lost_leases, generation, cancel_requested_at, progress_percent,
                progress_text, created_at, started_at, finished_at, last_error_code, last_error_message,
                last_error_at, result, kept_until, attempts, unique_claim
            FROM input
            ORDER BY id
            ON CONFLICT (id, generation, kept_until) DO NOTHING
            """,
        parameters: [
            .uuidArray, .uuidArray, .textArray, .textArray, .textArray, .textArray, .timestamptzArray,
            .timestamptzArray, .int2Array, .int4Array, .int8Array, .int8Array, .int8Array, .int8Array, .textArray,
            .int4Array, .int4Array, .textArray, .textArray, .int4Array, .int4Array, .int4Array, .timestamptzArray,
            .int2Array, .textArray, .timestamptzArray, .timestamptzArray, .timestamptzArray, .textArray, .textArray,
            .timestamptzArray, .textArray, .timestamptzArray, .textArray, .textArray,
        ])

    /// Makes room of what no reader looks at any more.
    static let removeSuperseded = Statement<Never>(
        name: "archived_job_remove_superseded",
        sql: """
            DELETE FROM archived_jobs
            USING unnest($1, $2) AS latest (id, generation)
            WHERE archived_jobs.id = latest.id
              AND archived_jobs.generation < latest.generation
            """, parameters: [.uuidArray, .int4Array], isPlannedAnew: true)

    static let find = Statement<ArchivedJob>(
        name: "archived_job_find",
        sql: """
            SELECT jobs.kept_until, jobs.attempts, \(JobRow.columns)
            FROM \(ArchivedJobRow.jobs)
            WHERE id = $1
            ORDER BY generation DESC, kept_until DESC
            LIMIT 1
            """, parameters: [.uuid], access: .read, isPlannedAnew: true, decode: ArchivedJobRow.decode)

    /// The jobs of one call have all their generations removed, so that none comes to light again.
    static let eraseOwner = Statement<Int64>(
        name: "archived_job_erase_owner",
        sql: """
            WITH erased AS (
                DELETE FROM archived_jobs
                WHERE id = ANY (ARRAY(
                    SELECT id FROM archived_jobs WHERE owner_id = $1 ORDER BY created_at DESC, id DESC LIMIT 500))
                RETURNING id
            )
            SELECT count(DISTINCT id) FROM erased
            """, parameters: [.uuid], isPlannedAnew: true
    ) { try $0.value() }

    static let erase = Statement<Never>(
        name: "archived_job_erase", sql: "DELETE FROM archived_jobs WHERE id = ANY ($1)", parameters: [.uuidArray],
        isPlannedAnew: true)
}
