import MillraceDomain

/// The SQL of leases. Rows are locked in the order of their ids wherever a statement waits for locks.
enum LeaseStatements {
    static let all = [claim.text, sweep.text, renew.text, finish.text, report.text]

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

    /// One job that a sweep took up: what it found, the deadline by which it was found, and the claim if it is one.
    struct Swept: Sendable {
        let verdict: String
        let dueAt: Timestamp
        let claimed: ClaimedJob?
    }

    /// The paused queues are locked against being resumed, so that no job is parked after the resume has looked for
    /// parked jobs.
    static let sweep = Statement<Swept>(
        name: "lease_sweep",
        sql: """
            WITH paused AS MATERIALIZED (
                SELECT paused_queues.name FROM paused_queues ORDER BY paused_queues.name FOR SHARE
            ),
            due AS MATERIALIZED (
                SELECT jobs.id, jobs.queue, jobs.state, jobs.expires_at, jobs.due_at, jobs.lost_leases,
                       jobs.cancel_requested_at, jobs.generation, jobs.attempt, jobs.started_at, jobs.consumer
                FROM jobs
                WHERE jobs.due_at <= COALESCE($4, statement_timestamp())
                ORDER BY jobs.due_at
                LIMIT $1
                FOR UPDATE SKIP LOCKED
            ),
            judged AS MATERIALIZED (
                SELECT due.*, moment.at,
                       CASE
                           WHEN due.state = 'running' AND due.cancel_requested_at IS NOT NULL THEN 'cancelled'
                           WHEN due.state = 'running' AND due.lost_leases + 1 >= $5 THEN 'dead'
                           WHEN due.state = 'running' THEN 'recovered'
                           WHEN due.expires_at <= moment.at THEN 'expired'
                           WHEN due.queue IN (SELECT paused.name FROM paused) THEN 'parked'
                           ELSE 'claimed'
                       END AS verdict
                FROM due, (SELECT COALESCE($4, statement_timestamp()) AS at) AS moment
            ),
            lost_attempts AS (
                INSERT INTO job_attempts (job_id, generation, attempt, started_at, finished_at, outcome, consumer)
                SELECT judged.id, judged.generation, judged.attempt, judged.started_at, judged.at, 'lost',
                       judged.consumer
                FROM judged
                WHERE judged.state = 'running'
            )
            UPDATE jobs
            SET state = CASE
                    WHEN judged.verdict = 'claimed' THEN 'running'
                    WHEN judged.verdict IN ('parked', 'recovered') THEN 'queued'
                    ELSE judged.verdict
                END,
                attempt = jobs.attempt + CASE
                    WHEN judged.verdict = 'claimed' THEN 1
                    WHEN judged.verdict IN ('recovered', 'dead') THEN -1
                    ELSE 0
                END,
                lost_leases = jobs.lost_leases + CASE WHEN judged.verdict IN ('recovered', 'dead') THEN 1 ELSE 0 END,
                lease_token = CASE WHEN judged.verdict = 'claimed' THEN gen_random_uuid() END,
                consumer = CASE WHEN judged.verdict = 'claimed' THEN $2 END,
                started_at = CASE WHEN judged.verdict = 'claimed' THEN judged.at ELSE jobs.started_at END,
                finished_at = CASE WHEN judged.verdict IN ('cancelled', 'dead', 'expired') THEN judged.at END,
                next_attempt_at = NULL,
                due_at = CASE
                    WHEN judged.verdict = 'claimed' THEN judged.at + $3 * interval '1 microsecond'
                    WHEN judged.verdict = 'recovered' THEN judged.at
                    -- Not for ever: whatever becomes of the resume, the job is looked at again.
                    WHEN judged.verdict = 'parked' THEN LEAST(jobs.expires_at, judged.at + interval '5 minutes')
                END,
                last_error_code = CASE
                    WHEN judged.verdict = 'dead' THEN 'crash_loop' ELSE jobs.last_error_code END,
                last_error_message = CASE
                    WHEN judged.verdict = 'dead' THEN format('The job lost %s leases.', jobs.lost_leases + 1)
                    ELSE jobs.last_error_message END,
                last_error_at = CASE WHEN judged.verdict = 'dead' THEN judged.at ELSE jobs.last_error_at END
            FROM judged
            WHERE jobs.id = judged.id
            RETURNING judged.verdict, judged.due_at, \(JobRow.columns), jobs.lease_token
            """, parameters: [.int8, .text, .int8, .timestamptz, .int4]
    ) { row in
        let verdict: String = try row.value()
        let dueAt: Timestamp = try row.value()
        return Swept(
            verdict: verdict, dueAt: dueAt,
            claimed: verdict == "claimed" ? try JobRow.decodeClaimed(&row) : nil)
    }

    /// Returns the leases that are held, and of each whether its job shall be stopped.
    static let renew = Statement<(JobID, LeaseToken, Bool)>(
        name: "lease_renew",
        sql: """
            WITH held AS MATERIALIZED (
                SELECT jobs.id
                FROM unnest($1, $2) AS input (id, token)
                JOIN jobs ON jobs.id = input.id AND jobs.lease_token = input.token
                ORDER BY jobs.id
                FOR UPDATE OF jobs
            )
            UPDATE jobs
            SET due_at = COALESCE($4, statement_timestamp()) + $3 * interval '1 microsecond'
            FROM held
            WHERE jobs.id = held.id
            RETURNING jobs.id, jobs.lease_token, jobs.cancel_requested_at IS NOT NULL
            """, parameters: [.uuidArray, .uuidArray, .int8, .timestamptz]
    ) { (try $0.value(), try $0.value(), try $0.value()) }

    /// Returns the ids and new states of the jobs whose lease was held.
    static let finish = Statement<(JobID, JobState)>(
        name: "lease_finish",
        sql: """
            WITH held AS MATERIALIZED (
                SELECT jobs.id, jobs.generation, jobs.attempt, jobs.started_at, jobs.consumer,
                       jobs.cancel_requested_at IS NOT NULL AND input.state <> 'succeeded' AS is_cancelled,
                       input.state, input.outcome, input.is_refunded, input.due_in, input.error_code,
                       input.error_message, input.result, COALESCE($10, statement_timestamp()) AS at
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS input (
                    id, token, state, outcome, is_refunded, due_in, error_code, error_message, result)
                JOIN jobs ON jobs.id = input.id AND jobs.lease_token = input.token
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
            .timestamptz,
        ]
    ) { (try $0.value(), try JobRow.state(from: &$0)) }

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
