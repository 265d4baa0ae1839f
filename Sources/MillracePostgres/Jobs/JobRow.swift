import MillraceDomain

/// How a job lies in its row.
enum JobRow {
    /// The columns in the order in which `decode` reads them, of a table or subquery named `jobs`.
    static let columns: StaticString = """
        jobs.id, jobs.owner_id, jobs.kind, jobs.payload, jobs.queue, jobs.ordering_key, jobs.run_at,
            jobs.expires_at, jobs.priority, jobs.max_attempts, jobs.timeout_ms, jobs.retry_base_ms, jobs.retry_cap_ms,
            jobs.retry_max_age_ms, jobs.tags, jobs.metadata, jobs.state, jobs.attempt, jobs.lost_leases,
            jobs.generation, jobs.cancel_requested_at, jobs.progress_percent, jobs.progress_text, jobs.created_at,
            jobs.started_at, jobs.finished_at, jobs.next_attempt_at, jobs.last_error_code, jobs.last_error_message,
            jobs.last_error_at, jobs.result, jobs.unique_claim
        """

    static let decode: @Sendable (inout RowReader) throws -> Job = { try job(from: &$0) }

    /// A job and the token under which it has just been claimed.
    static let decodeClaimed: @Sendable (inout RowReader) throws -> ClaimedJob = { row in
        let job = try job(from: &row)
        return ClaimedJob(job: job, lease: Lease(jobID: job.id, token: try row.value(), order: job.order))
    }

    static func job(from row: inout RowReader) throws -> Job {
        let id: JobID = try row.value()
        let owner: UserID = try row.value()
        var submission = try submission(from: &row)
        submission.id = id
        var job = Job(
            id: id, ownerID: owner, submission: submission, state: try state(from: &row),
            attempt: Int(try row.value(Int32.self)), lostLeases: Int(try row.value(Int32.self)),
            generation: Int(try row.value(Int32.self)), cancelRequestedAt: try row.optional(),
            progress: try progress(from: &row), createdAt: try row.value(), startedAt: try row.optional(),
            finishedAt: try row.optional(), nextAttemptAt: try row.optional(), lastError: try error(from: &row),
            result: try row.optional())
        job.submission.unique = try claim(from: &row)
        return job
    }

    private static func claim(from row: inout RowReader) throws -> UniqueClaim? {
        guard let json: JSONText = try row.optional() else { return nil }
        do { return try UniqueClaim(json) } catch { throw PostgresError(.decoding, "A claim: \(error.detail).") }
    }

    private static func submission(from row: inout RowReader) throws -> JobSubmission {
        JobSubmission(
            kind: JobKind(stored: try row.value()), payload: try row.value(), queue: QueueName(stored: try row.value()),
            orderingKey: try row.optional(), runAt: try row.value(Timestamp.self), expiresAt: try row.optional(),
            priority: Int(try row.value(Int16.self)), maxAttempts: Int(try row.value(Int32.self)),
            timeout: try milliseconds(from: &row), retry: try retry(from: &row), tags: try row.array(),
            metadata: try row.value())
    }

    static func state(from row: inout RowReader) throws -> JobState {
        let word: String = try row.value()
        guard let state = JobState(rawValue: word) else { throw PostgresError(.decoding, "\(word) is no job state.") }
        return state
    }

    static func attempt(
        _ attempt: Int32, _ generation: Int32, _ startedAt: Timestamp, _ finishedAt: Timestamp, _ outcome: String,
        _ code: String?, _ message: String?, _ consumer: String
    ) throws -> JobAttempt {
        guard let known = JobAttempt.Outcome(rawValue: outcome) else {
            throw PostgresError(.decoding, "\(outcome) is no outcome.")
        }
        return JobAttempt(
            attempt: Int(attempt), generation: Int(generation), startedAt: startedAt, finishedAt: finishedAt,
            outcome: known, error: code.map { JobErrorRecord(code: $0, message: message ?? "", at: finishedAt) },
            consumer: consumer)
    }

    private static func milliseconds(from row: inout RowReader) throws -> Duration? {
        try row.optional(Int64.self).map { .milliseconds($0) }
    }

    private static func retry(from row: inout RowReader) throws -> RetryOverride? {
        let override = RetryOverride(
            base: try milliseconds(from: &row), cap: try milliseconds(from: &row), maxAge: try milliseconds(from: &row))
        return override.isEmpty ? nil : override
    }

    private static func progress(from row: inout RowReader) throws -> JobProgress? {
        let percent: Int16? = try row.optional()
        let text: String? = try row.optional()
        return percent.map { JobProgress(percent: Int($0), text: text ?? "") }
    }

    private static func error(from row: inout RowReader) throws -> JobErrorRecord? {
        let code: String? = try row.optional()
        let message: String? = try row.optional()
        let at: Timestamp? = try row.optional()
        guard let code, let at else { return nil }
        return JobErrorRecord(code: code, message: message ?? "", at: at)
    }
}

extension RetryOverride {
    /// Says nothing, which is stored as no override at all.
    var isEmpty: Bool { base == nil && cap == nil && maxAge == nil }
}
