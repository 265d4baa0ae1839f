import MillraceDomain

/// The SQL of leases. Rows are locked in the order of their ids wherever a statement waits for locks.
///
/// What ends a job with an ordering key runs under the lock of its key, as `OrderStatements` says.
enum LeaseStatements {
    static let all = [claim.text, renew.text, finish.text, report.text, readBack.text]

    static let claim = Statement<ClaimedJob>(
        name: "lease_claim",
        sql: """
            WITH candidates AS MATERIALIZED (
                SELECT jobs.id
                FROM jobs
                WHERE jobs.id = ANY ($1)
                  AND jobs.state = 'queued'
                  AND (jobs.expires_at IS NULL OR jobs.expires_at > COALESCE($5, statement_timestamp()))
                  AND NOT EXISTS (SELECT FROM paused_queues WHERE paused_queues.name = jobs.queue)
                ORDER BY jobs.priority DESC, jobs.created_at, jobs.id
                LIMIT $2
                FOR UPDATE OF jobs SKIP LOCKED
            )
            UPDATE jobs
            SET state = 'running',
                attempt = jobs.attempt + 1,
                lease_token = gen_random_uuid(),
                consumer = $3,
                started_at = COALESCE($5, statement_timestamp()),
                due_at = COALESCE($5, statement_timestamp()) + $4 * interval '1 microsecond'
            FROM candidates
            WHERE jobs.id = candidates.id
            RETURNING \(JobRow.columns), jobs.lease_token
            """, parameters: [.uuidArray, .int8, .text, .int8, .timestamptz], decode: JobRow.decodeClaimed)

    /// Returns the leases that are held, of each whether its job shall be stopped, and whether it was extended: a row
    /// that somebody else is writing is passed over, lest one of them hold up the others.
    static let renew = Statement<(JobID, LeaseToken, Bool, Bool)>(
        name: "lease_renew",
        sql: """
            WITH input AS MATERIALIZED (SELECT given.id, given.token FROM unnest($1, $2) AS given (id, token)),
            held AS MATERIALIZED (
                SELECT jobs.id
                FROM input
                JOIN jobs ON jobs.id = input.id AND jobs.lease_token = input.token
                FOR UPDATE OF jobs SKIP LOCKED
            ),
            renewed AS (
                UPDATE jobs
                SET due_at = COALESCE($4, statement_timestamp()) + $3 * interval '1 microsecond'
                FROM held
                WHERE jobs.id = held.id
                RETURNING jobs.id
            )
            SELECT jobs.id, jobs.lease_token, jobs.cancel_requested_at IS NOT NULL, renewed.id IS NOT NULL
            FROM input
            JOIN jobs ON jobs.id = input.id AND jobs.lease_token = input.token
            LEFT JOIN renewed ON renewed.id = jobs.id
            """, parameters: [.uuidArray, .uuidArray, .int8, .timestamptz]
    ) { (try $0.value(), try $0.value(), try $0.value(), try $0.value()) }

    /// Returns the ids and new states of the jobs whose lease was held. A job with an ordering key is passed over
    /// unless the caller says that it has locked that key.
    static let finish = Statement<(JobID, JobState)>(
        name: "lease_finish",
        sql: """
            WITH held AS MATERIALIZED (
                SELECT jobs.id, jobs.generation, jobs.attempt, jobs.started_at, jobs.consumer,
                       jobs.cancel_requested_at IS NOT NULL AND input.state <> 'succeeded' AS is_cancelled,
                       input.state, input.outcome, input.is_refunded, input.due_in, input.error_code,
                       input.error_message, input.result, COALESCE($10, statement_timestamp()) AS at
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $11) AS input (
                    id, token, state, outcome, is_refunded, due_in, error_code, error_message, result, is_in_order)
                JOIN jobs ON jobs.id = input.id AND jobs.lease_token = input.token
                WHERE jobs.ordering_key IS NULL OR input.is_in_order
                ORDER BY jobs.id
                FOR UPDATE OF jobs
            ),
            ended AS MATERIALIZED (
                SELECT held.*,
                       CASE WHEN held.is_cancelled THEN 'cancelled' ELSE held.state END AS next_state,
                       CASE WHEN held.is_cancelled THEN 'cancelled' ELSE held.outcome END AS next_outcome,
                       held.at + held.due_in * interval '1 microsecond' AS next_at
                FROM held
            ),
            attempts AS (
                INSERT INTO job_attempts (
                    job_id, generation, attempt, started_at, finished_at, outcome, error_code, error_message, consumer)
                SELECT ended.id, ended.generation, ended.attempt, ended.started_at, ended.at, ended.next_outcome,
                       ended.error_code, ended.error_message, ended.consumer
                FROM ended
            )
            UPDATE jobs
            SET state = ended.next_state,
                attempt = jobs.attempt - CASE WHEN ended.is_refunded AND NOT ended.is_cancelled THEN 1 ELSE 0 END,
                lease_token = NULL,
                consumer = NULL,
                finished_at = CASE
                    WHEN ended.next_state IN ('succeeded', 'dead', 'cancelled', 'expired') THEN ended.at END,
                next_attempt_at = CASE WHEN ended.next_state = 'retrying' THEN ended.next_at END,
                due_at = CASE
                    WHEN ended.next_state IN ('scheduled', 'queued', 'retrying')
                    THEN LEAST(ended.next_at, jobs.expires_at) END,
                last_error_code = COALESCE(ended.error_code, jobs.last_error_code),
                last_error_message = CASE
                    WHEN ended.error_code IS NULL THEN jobs.last_error_message ELSE ended.error_message END,
                last_error_at = CASE WHEN ended.error_code IS NULL THEN jobs.last_error_at ELSE ended.at END,
                result = CASE WHEN NOT ended.is_cancelled THEN ended.result END
            FROM ended
            WHERE jobs.id = ended.id
            RETURNING jobs.id, jobs.state
            """,
        parameters: [
            .uuidArray, .uuidArray, .textArray, .textArray, .boolArray, .int8Array, .textArray, .textArray, .textArray,
            .timestamptz, .boolArray,
        ]
    ) { (try $0.value(), try JobRow.state(from: &$0)) }

    /// Waits for whoever writes the job, then says whether the lease is still held and, when it is not, whether the
    /// run that it was for is the one that succeeded.
    static let readBack = Statement<(Bool, Bool)>(
        name: "lease_read_back",
        sql: """
            SELECT COALESCE(jobs.lease_token = $2, false), jobs.state = 'succeeded' AND jobs.started_at = $3
            FROM jobs
            WHERE jobs.id = $1
            FOR UPDATE
            """, parameters: [.uuid, .uuid, .timestamptz]
    ) { (try $0.value(), try $0.value()) }

    static let report = Statement<Never>(
        name: "lease_report",
        sql: """
            WITH held AS MATERIALIZED (
                SELECT jobs.id, input.percent, input.words
                FROM unnest($1, $2, $3, $4) AS input (id, token, percent, words)
                JOIN jobs ON jobs.id = input.id AND jobs.lease_token = input.token
                ORDER BY jobs.id
                FOR UPDATE OF jobs
            )
            UPDATE jobs
            SET progress_percent = held.percent,
                progress_text = held.words
            FROM held
            WHERE jobs.id = held.id
            """, parameters: [.uuidArray, .uuidArray, .int2Array, .textArray])
}
