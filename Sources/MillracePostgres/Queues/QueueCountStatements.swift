import MillraceDomain

/// The SQL of the counters that the triggers on `jobs` keep up (migration 0004).
enum QueueCountStatements {
    static let all = [census.text, lockFold.text, pending.text, fold.text, lockReconciliation.text, reconcile.text]

    /// One state of one queue; without a name where there is no queue at all, without a state where one is paused
    /// and has no jobs.
    struct Depth: Sendable {
        let at: Timestamp
        let queue: String?
        let isPaused: Bool
        let state: String?
        let jobs: Int64?
        let oldest: Timestamp?
    }

    /// What is folded and what is pending, in the snapshot of one statement: exact at any moment.
    static let census = Statement<Depth>(
        name: "queue_census",
        sql: """
            WITH counted AS (
                SELECT queue, state, bucket, jobs
                FROM queue_counts
                WHERE state IN ('scheduled', 'blocked', 'queued', 'running', 'retrying')
                UNION ALL
                SELECT queue, state, bucket, jobs
                FROM queue_count_changes
                WHERE state IN ('scheduled', 'blocked', 'queued', 'running', 'retrying')
            ),
            buckets AS (
                SELECT queue, state, bucket, sum(jobs) AS jobs
                FROM counted
                GROUP BY queue, state, bucket
            ),
            depths AS (
                SELECT queue, state, sum(jobs)::bigint AS jobs, min(bucket) FILTER (WHERE jobs > 0) AS oldest
                FROM buckets
                GROUP BY queue, state
                HAVING sum(jobs) > 0
            )
            SELECT moment.at, COALESCE(depths.queue, paused_queues.name), paused_queues.name IS NOT NULL,
                   depths.state, depths.jobs, CASE WHEN depths.state = 'queued' THEN depths.oldest END
            FROM (SELECT COALESCE($1, statement_timestamp()) AS at) AS moment
            LEFT JOIN (depths FULL JOIN paused_queues ON paused_queues.name = depths.queue) ON true
            """, parameters: [.timestamptz], access: .read
    ) { row in
        Depth(
            at: try row.value(), queue: try row.optional(), isPaused: try row.value(), state: try row.optional(),
            jobs: try row.optional(), oldest: try row.optional())
    }

    /// One folder at a time, until the commit. In a statement of its own, so that the next ones see what the folder
    /// before has left.
    static let lockFold = Statement<Never>(
        name: "queue_counts_lock_fold",
        sql: "SELECT pg_advisory_xact_lock(hashtext('queue_counts'), 1)")

    /// How many changes there are to fold, of queues and of owners, no more of each than one fold takes.
    static let pending = Statement<(queues: Int64, owners: Int64)>(
        name: "queue_counts_pending",
        sql: """
            SELECT (SELECT count(*) FROM (SELECT FROM queue_count_changes LIMIT $1) AS changes),
                   (SELECT count(*) FROM (SELECT FROM owner_usage_changes LIMIT $1) AS changes)
            """, parameters: [.int8]
    ) { (try $0.value(), try $0.value()) }

    /// Moves so many changes into the sums; a sum that comes to nothing goes. Only a folder removes changes, so that
    /// under its lock as many are still there as were counted.
    static let fold = Statement<Never>(
        name: "queue_counts_fold",
        sql: """
            WITH folded AS (
                DELETE FROM queue_count_changes
                WHERE ctid = ANY (ARRAY(SELECT ctid FROM queue_count_changes LIMIT $1))
                RETURNING queue, state, bucket, jobs
            ),
            sums AS (
                SELECT queue, state, bucket, sum(jobs) AS jobs
                FROM folded
                GROUP BY queue, state, bucket
            )
            MERGE INTO queue_counts AS counts
            USING sums
            ON counts.state = sums.state AND counts.queue = sums.queue AND counts.bucket = sums.bucket
            WHEN MATCHED AND counts.jobs + sums.jobs = 0 THEN DELETE
            WHEN MATCHED THEN UPDATE SET jobs = counts.jobs + sums.jobs
            WHEN NOT MATCHED AND sums.jobs <> 0 THEN
                INSERT (state, queue, bucket, jobs) VALUES (sums.state, sums.queue, sums.bucket, sums.jobs)
            """, parameters: [.int8])

    /// One at a time: two at once would both write the same corrections.
    static let lockReconciliation = Statement<Never>(
        name: "queue_counts_lock_reconciliation",
        sql: "SELECT pg_advisory_xact_lock(hashtext('queue_counts'), 2)")

    /// Jobs and counters are read in one snapshot, and every transaction changes both, so that jobs which move
    /// meanwhile make no difference. What is wrong is corrected by a change like any other.
    static let reconcile = Statement<Never>(
        name: "queue_counts_reconcile",
        sql: """
            WITH compared AS (
                SELECT queue, state, queue_count_bucket(state, created_at, finished_at) AS bucket, 1 AS jobs
                FROM jobs
                UNION ALL
                SELECT queue, state, bucket, -jobs FROM queue_counts
                UNION ALL
                SELECT queue, state, bucket, -jobs FROM queue_count_changes
            )
            INSERT INTO queue_count_changes (queue, state, bucket, jobs)
            SELECT queue, state, bucket, sum(jobs)
            FROM compared
            GROUP BY queue, state, bucket
            HAVING sum(jobs) <> 0
            """)
}
