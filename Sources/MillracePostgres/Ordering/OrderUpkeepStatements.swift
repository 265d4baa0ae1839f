import MillraceDomain

/// The SQL that looks after ordering keys. It waits for nobody.
enum OrderUpkeepStatements {
    static let all = [idle.text, forget.text, adopt.text, stuck.text]

    /// Locks some of the keys that seem to be of no use any more.
    static let idle = Statement<OrderingKey>(
        name: "order_idle",
        sql: """
            SELECT \(OrderStatements.keys)
            FROM ordering_keys AS known
            WHERE (known.held_by IS NULL OR NOT EXISTS (SELECT FROM users WHERE users.id = known.owner_id))
              AND NOT EXISTS (SELECT FROM jobs WHERE \(OrderStatements.isBlocked))
              AND NOT EXISTS (SELECT FROM jobs WHERE \(OrderStatements.isHead))
            ORDER BY \(OrderStatements.keys)
            LIMIT $1
            FOR UPDATE SKIP LOCKED
            """, parameters: [.int8], isPlannedAnew: true, decode: OrderingKey.decode)

    /// Removes those of the keys, which the caller has locked, that are of no use. A statement of its own, which sees
    /// the jobs that were accepted before the lock was got.
    static let forget = Statement<Never>(
        name: "order_forget",
        sql: """
            DELETE FROM ordering_keys AS known
            USING unnest($1, $2, $3) AS input (owner_id, queue, ordering_key)
            WHERE known.owner_id = input.owner_id
              AND known.queue = input.queue
              AND known.ordering_key = input.ordering_key
              AND (known.held_by IS NULL OR NOT EXISTS (SELECT FROM users WHERE users.id = known.owner_id))
              AND NOT EXISTS (SELECT FROM jobs WHERE \(OrderStatements.isBlocked))
              AND NOT EXISTS (SELECT FROM jobs WHERE \(OrderStatements.isHead))
            """, parameters: OrderStatements.keyTypes)

    /// Makes keys that are missing: the release before takes jobs back from the archive without.
    static let adopt = Statement<Never>(
        name: "order_adopt",
        sql: """
            INSERT INTO ordering_keys (owner_id, queue, ordering_key, tail)
            SELECT jobs.owner_id, jobs.queue, jobs.ordering_key,
                   (extract(epoch FROM COALESCE($1, statement_timestamp())) * 1000000)::bigint
            FROM jobs
            WHERE jobs.ordering_key IS NOT NULL
              AND jobs.state IN ('scheduled', 'queued', 'running', 'retrying')
              AND NOT EXISTS (
                  SELECT FROM ordering_keys AS known
                  WHERE known.owner_id = jobs.owner_id
                    AND known.queue = jobs.queue
                    AND known.ordering_key = jobs.ordering_key)
            ORDER BY jobs.owner_id, jobs.queue, jobs.ordering_key
            LIMIT $2
            ON CONFLICT (owner_id, queue, ordering_key) DO NOTHING
            """, parameters: [.timestamptz, .int8], isPlannedAnew: true)

    /// Locks some of the keys whose jobs wait for nobody.
    static let stuck = Statement<OrderingKey>(
        name: "order_stuck",
        sql: """
            SELECT \(OrderStatements.keys)
            FROM ordering_keys AS known
            WHERE known.held_by IS NULL
              AND EXISTS (SELECT FROM jobs WHERE \(OrderStatements.isBlocked))
              AND NOT EXISTS (SELECT FROM jobs WHERE \(OrderStatements.isHead))
            ORDER BY \(OrderStatements.keys)
            LIMIT $1
            FOR UPDATE SKIP LOCKED
            """, parameters: [.int8], isPlannedAnew: true, decode: OrderingKey.decode)
}
