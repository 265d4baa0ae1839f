import MillraceDomain

/// The SQL of sweeps. Nothing that is locked is waited for.
enum SweepStatements {
    static let all = [sweep.text, endInOrder.text]

    /// One job that a sweep took up: what it found, the deadline by which it was found, the job if it has died, the
    /// claim if it is one, and the key under which it is to be ended if it is `in_order`.
    struct Swept: Sendable {
        let verdict: String
        let dueAt: Timestamp
        let id: JobID
        let dead: Job?
        let claimed: ClaimedJob?
        let order: OrderingKey?
    }

    /// The paused queues are locked against being resumed, so that no job is parked after the resume has looked for
    /// parked jobs.
    ///
    /// A job with an ordering key that is to be ended is left as it is and told as `in_order`: its key comes first.
    static let sweep = Statement<Swept>(
        name: "lease_sweep",
        sql: """
            WITH paused AS MATERIALIZED (
                SELECT paused_queues.name FROM paused_queues ORDER BY paused_queues.name FOR SHARE
            ),
            due AS MATERIALIZED (
                SELECT jobs.id, jobs.queue, jobs.state, jobs.expires_at, jobs.due_at, jobs.lost_leases,
                       jobs.cancel_requested_at, jobs.generation, jobs.attempt, jobs.started_at, jobs.consumer,
                       jobs.ordering_key IS NOT NULL AS is_in_order
                FROM jobs
                WHERE jobs.due_at <= COALESCE($4, statement_timestamp())
                ORDER BY jobs.due_at
                LIMIT $1
                FOR UPDATE SKIP LOCKED
            ),
            judged AS MATERIALIZED (
                SELECT due.*, moment.at,
                       CASE
                           WHEN due.is_in_order
                                AND (due.state = 'blocked'
                                     OR due.state = 'running'
                                        AND (due.cancel_requested_at IS NOT NULL OR due.lost_leases + 1 >= $5)
                                     OR due.state <> 'running' AND due.expires_at <= moment.at) THEN 'in_order'
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
                WHERE judged.state = 'running' AND judged.verdict <> 'in_order'
            ),
            changed AS (
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
                    lost_leases = jobs.lost_leases
                        + CASE WHEN judged.verdict IN ('recovered', 'dead') THEN 1 ELSE 0 END,
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
                WHERE jobs.id = judged.id AND judged.verdict <> 'in_order'
                RETURNING judged.verdict, judged.due_at AS found_due_at, jobs.*
            )
            SELECT jobs.verdict, jobs.found_due_at, \(JobRow.columns), jobs.lease_token
            FROM changed AS jobs
            UNION ALL
            SELECT judged.verdict, judged.due_at, \(JobRow.columns), jobs.lease_token
            FROM judged
            JOIN jobs ON jobs.id = judged.id
            WHERE judged.verdict = 'in_order'
            """, parameters: [.int8, .text, .int8, .timestamptz, .int4]
    ) { row in
        let (verdict, dueAt): (String, Timestamp) = (try row.value(), try row.value())
        let job = try JobRow.job(from: &row)
        let token: LeaseToken? = try row.optional()
        let lease = token.map { Lease(jobID: job.id, token: $0, order: job.order) }
        return Swept(
            verdict: verdict, dueAt: dueAt, id: job.id, dead: verdict == "dead" ? job : nil,
            claimed: verdict == "claimed" ? lease.map { ClaimedJob(job: job, lease: $0) } : nil,
            order: verdict == "in_order" ? job.order : nil)
    }

    /// Ends those of the jobs that are still due for it and returns them as they are now; the caller has locked their
    /// keys.
    static let endInOrder = Statement<Job>(
        name: "sweep_end_in_order",
        sql: """
            WITH due AS MATERIALIZED (
                SELECT jobs.id, jobs.state, jobs.generation, jobs.attempt, jobs.started_at, jobs.consumer, moment.at,
                       CASE
                           WHEN jobs.state = 'running' AND jobs.cancel_requested_at IS NOT NULL THEN 'cancelled'
                           WHEN jobs.state = 'running' AND jobs.lost_leases + 1 >= $3 THEN 'dead'
                           WHEN jobs.state <> 'running' AND jobs.expires_at <= moment.at THEN 'expired'
                       END AS verdict
                FROM jobs, (SELECT COALESCE($2, statement_timestamp()) AS at) AS moment
                WHERE jobs.id = ANY ($1)
                  AND jobs.due_at <= moment.at
                FOR UPDATE OF jobs SKIP LOCKED
            ),
            lost_attempts AS (
                INSERT INTO job_attempts (job_id, generation, attempt, started_at, finished_at, outcome, consumer)
                SELECT due.id, due.generation, due.attempt, due.started_at, due.at, 'lost', due.consumer
                FROM due
                WHERE due.state = 'running' AND due.verdict IS NOT NULL
            )
            UPDATE jobs
            SET state = due.verdict,
                attempt = jobs.attempt - CASE WHEN due.verdict = 'dead' THEN 1 ELSE 0 END,
                lost_leases = jobs.lost_leases + CASE WHEN due.verdict = 'dead' THEN 1 ELSE 0 END,
                lease_token = NULL,
                consumer = NULL,
                finished_at = due.at,
                next_attempt_at = NULL,
                due_at = NULL,
                last_error_code = CASE WHEN due.verdict = 'dead' THEN 'crash_loop' ELSE jobs.last_error_code END,
                last_error_message = CASE
                    WHEN due.verdict = 'dead' THEN format('The job lost %s leases.', jobs.lost_leases + 1)
                    ELSE jobs.last_error_message END,
                last_error_at = CASE WHEN due.verdict = 'dead' THEN due.at ELSE jobs.last_error_at END
            FROM due
            WHERE jobs.id = due.id AND due.verdict IS NOT NULL
            RETURNING \(JobRow.columns)
            """, parameters: [.uuidArray, .timestamptz, .int4], decode: JobRow.decode)
}
