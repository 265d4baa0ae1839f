import MillraceDomain

/// The SQL of replaying dead letters.
enum ReplayStatements {
    static let all = [sendBack.text, lockRecords.text, removeRecords.text]

    /// `Job.isSentBackAlone` of a row.
    static let isSentBackAlone: StaticString = "(jobs.ordering_key IS NOT NULL OR jobs.unique_claim IS NOT NULL)"

    /// The same as one job's retry, of those that are dead in the generation that was seen: of two at the same moment
    /// the second waits, looks again, and finds them alive. Their owners are kept from being removed.
    static let sendBack = Statement<ReturnedJob>(
        name: "dead_jobs_send_back",
        sql: """
            WITH chosen AS MATERIALIZED (
                SELECT jobs.id, input.starts_at
                FROM unnest($1, $2, $3) AS input (id, generation, starts_at)
                JOIN jobs ON jobs.id = input.id
                JOIN users ON users.id = jobs.owner_id
                WHERE jobs.generation = input.generation
                  AND jobs.state = 'dead'
                  AND NOT \(isSentBackAlone)
                ORDER BY jobs.id
                FOR UPDATE OF jobs FOR KEY SHARE OF users
            )
            UPDATE jobs
            SET state = CASE WHEN chosen.starts_at > moment.at THEN 'scheduled' ELSE 'queued' END,
                run_at = CASE WHEN chosen.starts_at > moment.at THEN chosen.starts_at ELSE jobs.run_at END,
                generation = jobs.generation + 1,
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
                expires_at = CASE WHEN jobs.expires_at > moment.at THEN jobs.expires_at END,
                due_at = LEAST(
                    CASE WHEN chosen.starts_at > moment.at THEN chosen.starts_at
                         ELSE moment.at + $5 * interval '1 microsecond' END,
                    CASE WHEN jobs.expires_at > moment.at THEN jobs.expires_at END)
            FROM chosen, (SELECT COALESCE($4, statement_timestamp()) AS at) AS moment
            WHERE jobs.id = chosen.id
            RETURNING jobs.id, jobs.queue, jobs.state
            """, parameters: [.uuidArray, .int4Array, .timestamptzArray, .timestamptz, .int8]
    ) { row in
        ReturnedJob(
            id: try row.value(), queue: QueueName(stored: try row.value()), state: try JobRow.state(from: &row))
    }

    /// Those that are still dead: of two replays at the same moment the second waits and finds nothing.
    static let lockRecords = Statement<DeadRecordID>(
        name: "dead_records_lock", sql: "SELECT id FROM dead_records WHERE id = ANY ($1) ORDER BY id FOR UPDATE",
        parameters: [.uuidArray]
    ) { try $0.value() }

    static let removeRecords = Statement<Never>(
        name: "dead_records_remove", sql: "DELETE FROM dead_records WHERE id = ANY ($1)", parameters: [.uuidArray])
}
