import MillraceDomain

/// The SQL of jobs that come back from the archive.
enum RestoreStatements {
    static let all = [lockOwner.text, restore.text, restoreAttempts.text]

    /// Keeps the owner from being removed until the commit.
    static let lockOwner = Statement<UserID>(
        name: "restore_lock_owner", sql: "SELECT id FROM users WHERE id = $1 FOR KEY SHARE", parameters: [.uuid]
    ) { try $0.value() }

    /// The same as a retry of a job that is still here: a new generation, nothing left of the old one but its history,
    /// and no time by which it had to start once that has passed. The archive keeps no place of a job with an ordering
    /// key: such places begin at the time, so that the time at which it was accepted is before any that waits here.
    static let restore = Statement<Job>(
        name: "restore_job",
        sql: """
            INSERT INTO jobs (
                id, owner_id, kind, payload, queue, ordering_key, run_at, expires_at, priority, max_attempts,
                timeout_ms, retry_base_ms, retry_cap_ms, retry_max_age_ms, tags, metadata, state, generation,
                created_at, started_at, due_at, has_own_id, ordering_position, holds_key, unique_claim)
            SELECT
                $1, $2, $3, $4, $5, $6, $7, CASE WHEN $8 > moment.at THEN $8 END, $9, $10, $11, $12, $13, $14, $15,
                $16, CASE WHEN $6 IS NULL THEN 'queued' ELSE 'blocked' END, $17 + 1, $18, $19,
                CASE WHEN $6 IS NULL THEN moment.at + $21 * interval '1 microsecond'
                     WHEN $8 > moment.at THEN $8 END,
                EXISTS (SELECT FROM archived_job_ids WHERE id = $1),
                CASE WHEN $6 IS NOT NULL THEN (extract(epoch FROM $18) * 1000000)::bigint END, $22, $23
            FROM (SELECT COALESCE($20, statement_timestamp()) AS at) AS moment
            ON CONFLICT (id) DO NOTHING
            RETURNING \(JobRow.columns)
            """,
        parameters: [
            .uuid, .uuid, .text, .text, .text, .text, .timestamptz, .timestamptz, .int2, .int4, .int8, .int8, .int8,
            .int8, .textArray, .text, .int4, .timestamptz, .timestamptz, .timestamptz, .int8,
            .bool, .text,
        ], decode: JobRow.decode)

    /// In the order given, which the runs' numbers keep.
    static let restoreAttempts = Statement<Never>(
        name: "restore_attempts",
        sql: """
            INSERT INTO job_attempts (
                job_id, generation, attempt, started_at, finished_at, outcome, error_code, error_message, consumer)
            SELECT $1, run.generation, run.attempt, run.started_at, run.finished_at, run.outcome, run.error_code,
                run.error_message, run.consumer
            FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) WITH ORDINALITY AS run (
                generation, attempt, started_at, finished_at, outcome, error_code, error_message, consumer, place)
            ORDER BY run.place
            """,
        parameters: [
            .uuid, .int4Array, .int4Array, .timestamptzArray, .timestamptzArray, .textArray, .textArray, .textArray,
            .textArray,
        ])
}

extension Parameters {
    /// Binds what is left of a job that comes back.
    mutating func append(restored job: Job) {
        let submission = job.submission
        append(job.id)
        append(job.ownerID)
        append(submission.kind.text)
        append(submission.payload)
        append(submission.queue.text)
        append(submission.orderingKey)
        append(submission.runAt ?? job.createdAt)
        append(submission.expiresAt)
        append(Int16(clamping: submission.priority))
        append(Int32(clamping: submission.maxAttempts ?? 25))
        append(submission.timeout?.milliseconds)
        append(submission.retry?.base?.milliseconds)
        append(submission.retry?.cap?.milliseconds)
        append(submission.retry?.maxAge?.milliseconds)
        append(array: submission.tags)
        append(submission.metadata)
        append(Int32(clamping: job.generation))
        append(job.createdAt)
        append(job.startedAt)
    }

    /// Binds its runs.
    mutating func append(restored attempts: [JobAttempt]) {
        append(array: attempts.map { Int32(clamping: $0.generation) })
        append(array: attempts.map { Int32(clamping: $0.attempt) })
        append(array: attempts.map(\.startedAt))
        append(array: attempts.map(\.finishedAt))
        append(array: attempts.map(\.outcome.rawValue))
        append(optionals: attempts.map { $0.error?.code })
        append(optionals: attempts.map { $0.error?.message })
        append(array: attempts.map(\.consumer))
    }
}
