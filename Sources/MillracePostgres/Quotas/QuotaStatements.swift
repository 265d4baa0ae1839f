import MillraceDomain

/// The SQL of quotas.
enum QuotaStatements {
    static let all = [standings.text, anyOwn.text, lockUser.text, set.text]

    /// What owners have and which limits are their own, of those who exist: the sums, and what has not been summed up.
    static let standings = Statement<(owner: UserID, standing: QuotaStanding)>(
        name: "quota_standings",
        sql: """
            WITH used AS (
                SELECT owner_id, sum(jobs)::bigint AS jobs, sum(payload_bytes)::bigint AS payload_bytes
                FROM (
                    SELECT owner_id, jobs, payload_bytes FROM owner_usage WHERE owner_id = ANY ($1)
                    UNION ALL
                    SELECT owner_id, jobs, payload_bytes FROM owner_usage_changes WHERE owner_id = ANY ($1)
                ) AS counted
                GROUP BY owner_id
            )
            SELECT users.id, COALESCE(used.jobs, 0), COALESCE(used.payload_bytes, 0),
                   user_quotas.live_jobs, user_quotas.payload_bytes
            FROM users
            LEFT JOIN used ON used.owner_id = users.id
            LEFT JOIN user_quotas ON user_quotas.user_id = users.id
            WHERE users.id = ANY ($1)
            """, parameters: [.uuidArray], access: .read
    ) { row in
        let owner: UserID = try row.value()
        let (jobs, bytes): (Int64, Int64) = (try row.value(), try row.value())
        let (liveJobs, payloadBytes): (Int64?, Int64?) = (try row.optional(), try row.optional())
        return (
            owner,
            QuotaStanding(
                // Less than nothing is what somebody has left who switched the triggers off.
                usage: OwnerUsage(liveJobs: max(0, Int(jobs)), payloadBytes: max(0, Int(bytes))),
                own: Quota(liveJobs: liveJobs.map { Int($0) }, payloadBytes: payloadBytes.map { Int($0) }))
        )
    }

    static let anyOwn = Statement<Bool>(
        name: "quota_any_own", sql: "SELECT EXISTS (SELECT FROM user_quotas)", access: .read
    ) { try $0.value() }

    static let lockUser = Statement<UserID>(
        name: "quota_lock_user", sql: "SELECT id FROM users WHERE id = $1 FOR KEY SHARE", parameters: [.uuid]
    ) { try $0.value() }

    static let set = Statement<Never>(
        name: "quota_set",
        sql: """
            WITH removed AS (
                DELETE FROM user_quotas
                WHERE user_id = $1
                  AND $2 IS NULL
                  AND $3 IS NULL
            )
            INSERT INTO user_quotas (user_id, live_jobs, payload_bytes, updated_at)
            SELECT $1, $2, $3, COALESCE($4, statement_timestamp())
            WHERE $2 IS NOT NULL OR $3 IS NOT NULL
            ON CONFLICT (user_id) DO UPDATE
            SET live_jobs = excluded.live_jobs,
                payload_bytes = excluded.payload_bytes,
                updated_at = excluded.updated_at
            """, parameters: [.uuid, .int8, .int8, .timestamptz])
}
