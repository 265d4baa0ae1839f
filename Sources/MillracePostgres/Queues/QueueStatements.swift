import MillraceDomain

/// The SQL of queues.
enum QueueStatements {
    static let all = [pause.text, resume.text, release.text]

    static let pause = Statement<Never>(
        name: "queue_pause",
        sql: """
            INSERT INTO paused_queues (name, paused_at)
            VALUES ($1, COALESCE($2, statement_timestamp()))
            ON CONFLICT (name) DO NOTHING
            """, parameters: [.text, .timestamptz])

    static let resume = Statement<Never>(
        name: "queue_resume", sql: "DELETE FROM paused_queues WHERE name = $1", parameters: [.text])

    /// Makes some of the parked jobs due.
    static let release = Statement<Never>(
        name: "queue_release",
        sql: """
            WITH parked AS (
                SELECT jobs.id
                FROM jobs
                WHERE jobs.due_at > COALESCE($2, statement_timestamp())
                  AND jobs.state = 'queued'
                  AND jobs.queue = $1
                ORDER BY jobs.id
                LIMIT $3
                FOR UPDATE
            )
            UPDATE jobs
            SET due_at = COALESCE($2, statement_timestamp())
            FROM parked
            WHERE jobs.id = parked.id
            """, parameters: [.text, .timestamptz, .int8])
}
