import MillraceDomain

/// The SQL that sums up and mends what owners have (migration 0019).
enum OwnerUsageStatements {
    static let all = [fold.text, reconcile.text]

    /// Moves so many changes into the sums; a sum that comes to nothing goes. Under the lock of
    /// `queue_counts_lock_fold`.
    static let fold = Statement<Never>(
        name: "owner_usage_fold",
        sql: """
            WITH folded AS (
                DELETE FROM owner_usage_changes
                WHERE ctid = ANY (ARRAY(SELECT ctid FROM owner_usage_changes LIMIT $1))
                RETURNING owner_id, jobs, payload_bytes
            ),
            sums AS (
                SELECT owner_id, sum(jobs) AS jobs, sum(payload_bytes) AS payload_bytes
                FROM folded
                GROUP BY owner_id
            )
            MERGE INTO owner_usage AS usage
            USING sums
            ON usage.owner_id = sums.owner_id
            WHEN MATCHED AND usage.jobs + sums.jobs = 0 AND usage.payload_bytes + sums.payload_bytes = 0 THEN DELETE
            WHEN MATCHED THEN
                UPDATE SET jobs = usage.jobs + sums.jobs, payload_bytes = usage.payload_bytes + sums.payload_bytes
            WHEN NOT MATCHED AND (sums.jobs <> 0 OR sums.payload_bytes <> 0) THEN
                INSERT (owner_id, jobs, payload_bytes) VALUES (sums.owner_id, sums.jobs, sums.payload_bytes)
            """, parameters: [.int8])

    /// Under the lock of `queue_counts_lock_reconciliation`, and in one snapshot, as the counters of queues.
    static let reconcile = Statement<Never>(
        name: "owner_usage_reconcile",
        sql: """
            WITH compared AS (
                SELECT owner_id, 1 AS jobs, octet_length(payload)::bigint AS payload_bytes
                FROM jobs
                WHERE finished_at IS NULL
                UNION ALL
                SELECT owner_id, -jobs, -payload_bytes FROM owner_usage
                UNION ALL
                SELECT owner_id, -jobs, -payload_bytes FROM owner_usage_changes
            )
            INSERT INTO owner_usage_changes (owner_id, jobs, payload_bytes)
            SELECT owner_id, sum(jobs), sum(payload_bytes)
            FROM compared
            GROUP BY owner_id
            HAVING sum(jobs) <> 0 OR sum(payload_bytes) <> 0
            """)
}
