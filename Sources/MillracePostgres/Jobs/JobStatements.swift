import MillraceDomain

/// The SQL of jobs, for those who submit and ask.
enum JobStatements {
    static let all = [
        insert.text, find.text, findMany.text, archivedIDs.text, takeBack.text, knownOwners.text, states.text,
        list.text, listOfOwner.text,
        attempts.text, lock.text, lockWithOwner.text, cancel.text, askCancel.text, retry.text,
    ]

    /// Stores the jobs whose id is free and whose owner exists, and returns those. The owners are locked against
    /// being removed until the commit, once each. A job with an ordering key is blocked until its key advances.
    static let insert = Statement<Job>(
        name: "job_insert",
        sql: """
            WITH owners AS MATERIALIZED (
                SELECT users.id FROM users WHERE users.id = ANY ($18) FOR KEY SHARE
            ),
            moment AS MATERIALIZED (
                SELECT COALESCE($19, statement_timestamp()) AS at
            )
            INSERT INTO jobs (
                id, owner_id, kind, payload, queue, ordering_key, run_at, expires_at, priority, max_attempts,
                timeout_ms, retry_base_ms, retry_cap_ms, retry_max_age_ms, tags, metadata, state, created_at, due_at,
                has_own_id, ordering_position, holds_key, unique_claim)
            SELECT
                input.id, input.owner_id, input.kind, input.payload, input.queue, input.ordering_key,
                COALESCE(input.run_at, moment.at), input.expires_at, input.priority, input.max_attempts,
                input.timeout_ms, input.retry_base_ms, input.retry_cap_ms, input.retry_max_age_ms,
                $16[input.tags_from : input.tags_to], input.metadata,
                CASE WHEN input.ordering_key IS NOT NULL THEN 'blocked'
                     WHEN input.run_at > moment.at THEN 'scheduled' ELSE 'queued' END,
                moment.at,
                LEAST(
                    CASE WHEN input.ordering_key IS NOT NULL THEN NULL
                         WHEN input.run_at > moment.at THEN input.run_at
                         ELSE moment.at + $20 * interval '1 microsecond' END,
                    input.expires_at),
                input.has_own_id, input.ordering_position, input.holds_key, input.unique_claim
            FROM moment,
                 unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $17, $21, $22, $23, $24, $25)
                    AS input (
                    id, owner_id, kind, payload, queue, ordering_key, run_at, expires_at, priority, max_attempts,
                    timeout_ms, retry_base_ms, retry_cap_ms, retry_max_age_ms, tags_from, metadata, tags_to, has_own_id,
                    ordering_position, holds_key, unique_claim)
            WHERE input.owner_id IN (SELECT owners.id FROM owners)
              -- No place in its order means that the owner was not there when the places were given.
              AND (input.ordering_key IS NULL OR input.ordering_position IS NOT NULL)
            -- One order for all: two batches with the same ids wait for each other instead of deadlocking.
            ORDER BY input.id
            ON CONFLICT (id) DO NOTHING
            RETURNING \(JobRow.columns)
            """,
        parameters: [
            .uuidArray, .uuidArray, .textArray, .textArray, .textArray, .textArray, .timestamptzArray,
            .timestamptzArray, .int2Array, .int4Array, .int8Array, .int8Array, .int8Array, .int8Array, .int4Array,
            .textArray, .textArray, .uuidArray, .timestamptz, .int8, .int4Array, .boolArray,
            .int8Array, .boolArray, .textArray,
        ], decode: JobRow.decode)

    static let find = Statement<Job>(
        name: "job_find", sql: "SELECT \(JobRow.columns) FROM jobs WHERE id = $1", parameters: [.uuid], access: .read,
        decode: JobRow.decode)

    static let findMany = Statement<Job>(
        name: "job_find_many", sql: "SELECT \(JobRow.columns) FROM jobs WHERE id = ANY ($1)", parameters: [.uuidArray],
        access: .read, decode: JobRow.decode)

    /// Planned anew, because today's partition was empty a while ago.
    static let archivedIDs = Statement<JobID>(
        name: "job_archived_ids", sql: "SELECT DISTINCT id FROM archived_job_ids WHERE id = ANY ($1)",
        parameters: [.uuidArray], access: .read, isPlannedAnew: true
    ) { try $0.value() }

    /// Takes back what the same transaction has accepted.
    static let takeBack = Statement<Never>(
        name: "job_take_back", sql: "DELETE FROM jobs WHERE id = ANY ($1)", parameters: [.uuidArray])

    static let knownOwners = Statement<UserID>(
        name: "job_known_owners", sql: "SELECT id FROM users WHERE id = ANY ($1)", parameters: [.uuidArray],
        access: .read
    ) { try $0.value() }

    static let states = Statement<(JobID, JobState)>(
        name: "job_states", sql: "SELECT id, state FROM jobs WHERE id = ANY ($1)", parameters: [.uuidArray],
        access: .read
    ) { (try $0.value(), try JobRow.state(from: &$0)) }

    private static let filter: StaticString = """
          AND ($2 IS NULL OR state = $2)
          AND ($3 IS NULL OR queue = $3)
          AND ($4 IS NULL OR kind = $4)
          AND ($5 IS NULL OR ordering_key = $5)
          AND ($6 IS NULL OR $6 = ANY (tags))
          AND created_at >= $7
          AND created_at < $8
          AND (created_at, id) < ($9, $10)
        ORDER BY created_at DESC, id DESC
        LIMIT $11
        """

    private static let filterTypes: [PostgresType] = [
        .uuid, .text, .text, .text, .text, .text, .timestamptz, .timestamptz, .timestamptz, .uuid, .int8,
    ]

    /// Of every owner: `$1` is NULL. Two statements, because one plan cannot begin with an owner and without.
    static let list = Statement<Job>(
        name: "job_list", sql: "SELECT \(JobRow.columns) FROM jobs WHERE $1 IS NULL \(filter)",
        parameters: filterTypes, access: .read, isPlannedAnew: true, decode: JobRow.decode)

    static let listOfOwner = Statement<Job>(
        name: "job_list_of_owner", sql: "SELECT \(JobRow.columns) FROM jobs WHERE owner_id = $1 \(filter)",
        parameters: filterTypes, access: .read, isPlannedAnew: true, decode: JobRow.decode)

    static let attempts = Statement<JobAttempt>(
        name: "job_attempts",
        sql: """
            SELECT attempt, generation, started_at, finished_at, outcome, error_code, error_message, consumer
            FROM job_attempts
            WHERE job_id = $1
            ORDER BY generation, attempt, number
            """, parameters: [.uuid], access: .read
    ) { row in
        try JobRow.attempt(
            row.value(), row.value(), row.value(), row.value(), row.value(), row.optional(), row.optional(),
            row.value())
    }

    static let lock = Statement<Job>(
        name: "job_lock",
        sql: "SELECT \(JobRow.columns) FROM jobs WHERE id = $1 AND ($2 IS NULL OR owner_id = $2) FOR UPDATE",
        parameters: [.uuid, .uuid], decode: JobRow.decode)

    /// Keeps the owner from being removed as well; no row when it has been.
    static let lockWithOwner = Statement<Job>(
        name: "job_lock_with_owner",
        sql: """
            SELECT \(JobRow.columns)
            FROM jobs
            JOIN users ON users.id = jobs.owner_id
            WHERE jobs.id = $1
              AND ($2 IS NULL OR jobs.owner_id = $2)
            FOR UPDATE OF jobs FOR KEY SHARE OF users
            """, parameters: [.uuid, .uuid], decode: JobRow.decode)

    static let cancel = Statement<Job>(
        name: "job_cancel",
        sql: """
            UPDATE jobs
            SET state = 'cancelled',
                finished_at = COALESCE($2, statement_timestamp()),
                next_attempt_at = NULL,
                due_at = NULL
            WHERE id = $1
            RETURNING \(JobRow.columns)
            """, parameters: [.uuid, .timestamptz], decode: JobRow.decode)

    static let askCancel = Statement<Job>(
        name: "job_ask_cancel",
        sql: """
            UPDATE jobs
            SET cancel_requested_at = COALESCE(cancel_requested_at, $2, statement_timestamp())
            WHERE id = $1
            RETURNING \(JobRow.columns)
            """, parameters: [.uuid, .timestamptz], decode: JobRow.decode)

    /// A time by which it had to start, once passed, would end the job at once again: it is dropped. A job with an
    /// ordering key is blocked at its old place until its key advances.
    static let retry = Statement<Job>(
        name: "job_retry",
        sql: """
            UPDATE jobs
            SET state = CASE WHEN ordering_key IS NULL THEN 'queued' ELSE 'blocked' END,
                ordering_position = CASE
                    WHEN ordering_key IS NOT NULL
                    THEN COALESCE(ordering_position, (extract(epoch FROM created_at) * 1000000)::bigint) END,
                generation = generation + 1,
                attempt = 0,
                lost_leases = 0,
                cancel_requested_at = NULL,
                progress_percent = NULL,
                progress_text = NULL,
                finished_at = NULL,
                last_error_code = NULL,
                last_error_message = NULL,
                last_error_at = NULL,
                result = NULL,
                expires_at = CASE WHEN expires_at > moment.at THEN expires_at END,
                due_at = CASE
                    WHEN ordering_key IS NULL THEN moment.at + $3 * interval '1 microsecond'
                    WHEN expires_at > moment.at THEN expires_at END
            FROM (SELECT COALESCE($2, statement_timestamp()) AS at) AS moment
            WHERE id = $1
            RETURNING \(JobRow.columns)
            """, parameters: [.uuid, .timestamptz, .int8], decode: JobRow.decode)
}
