import MillraceDomain

/// The SQL of ordering keys.
///
/// The locks of a transaction are taken in this order, whoever it is: rows of ordering keys, by owner, queue and key;
/// then rows of jobs, by id where a statement waits for several. Whoever ends a job that has a key, or changes a
/// blocked one, holds the key's row. A statement sees what was committed before it began: the keys are locked by one
/// statement, jobs are looked at and changed by later ones, so that they see what the holder before has done.
enum OrderStatements {
    static let all = [take.text, lock.text, lockFree.text, lockOfOwner.text, advance.text, release.text]

    /// Locks the keys, making those that are missing, and returns the last of the `$4` positions that it sets aside
    /// for each. A key of an owner who does not exist is left out.
    static let take = Statement<(OrderingKey, Int64)>(
        name: "order_take",
        sql: """
            INSERT INTO ordering_keys AS known (owner_id, queue, ordering_key, tail)
            SELECT input.owner_id, input.queue, input.ordering_key,
                   (extract(epoch FROM COALESCE($5, statement_timestamp())) * 1000000)::bigint + $4
            FROM unnest($1, $2, $3) AS input (owner_id, queue, ordering_key)
            WHERE input.owner_id IN (SELECT users.id FROM users WHERE users.id = ANY ($6))
            ORDER BY input.owner_id, input.queue, input.ordering_key
            ON CONFLICT (owner_id, queue, ordering_key) DO UPDATE SET tail = GREATEST(known.tail + $4, EXCLUDED.tail)
            RETURNING owner_id, queue, ordering_key, tail
            """, parameters: [.uuidArray, .textArray, .textArray, .int8, .timestamptz, .uuidArray]
    ) { (try OrderingKey.decode(&$0), try $0.value()) }

    /// Waits for the keys.
    static let lock = Statement<OrderingKey>(
        name: "order_lock", sql: "SELECT \(keys) \(those) ORDER BY \(keys) FOR UPDATE OF known",
        parameters: keyTypes, decode: OrderingKey.decode)

    /// Locks those of the keys that nobody else has locked.
    static let lockFree = Statement<OrderingKey>(
        name: "order_lock_free", sql: "SELECT \(keys) \(those) ORDER BY \(keys) FOR UPDATE OF known SKIP LOCKED",
        parameters: keyTypes, decode: OrderingKey.decode)

    /// Waits for some of the keys of one owner.
    static let lockOfOwner = Statement<OrderingKey>(
        name: "order_lock_of_owner",
        sql: """
            SELECT \(keys)
            FROM ordering_keys AS known
            WHERE known.owner_id = $1
            ORDER BY \(keys)
            LIMIT $2
            FOR UPDATE
            """, parameters: [.uuid, .int8], decode: OrderingKey.decode)

    /// A job that is free now.
    struct Freed: Sendable {
        let id: JobID
        let key: OrderingKey
        let state: JobState
    }

    /// For each of the keys, which the caller has locked: when a job of `$4` has died and holds its key, that is
    /// written down; otherwise, unless it is held, the first of its blocked jobs is freed if no other is on its way.
    /// A freed job is due `$6` microseconds from now, or when it starts.
    ///
    /// Written so that each step goes by an index, whatever the planner believes of the numbers.
    static let advance = Statement<Freed>(
        name: "order_advance",
        sql: """
            WITH keys AS MATERIALIZED (
                SELECT DISTINCT input.owner_id, input.queue, input.ordering_key
                FROM unnest($1, $2, $3) AS input (owner_id, queue, ordering_key)
            ),
            holding AS (
                UPDATE ordering_keys AS known
                SET held_by = dead.id
                FROM (
                    SELECT jobs.id, jobs.owner_id, jobs.queue, jobs.ordering_key
                    FROM jobs
                    WHERE jobs.id = ANY ($4) AND CASE jobs.state WHEN 'dead' THEN jobs.holds_key END
                ) AS dead
                WHERE known.owner_id = dead.owner_id
                  AND known.queue = dead.queue
                  AND known.ordering_key = dead.ordering_key
                RETURNING known.owner_id, known.queue, known.ordering_key
            ),
            next AS MATERIALIZED (
                SELECT (
                    SELECT jobs.id
                    FROM jobs
                    WHERE \(isBlocked)
                    ORDER BY jobs.ordering_position, jobs.id
                    LIMIT 1
                ) AS id
                FROM keys AS known
                WHERE (
                    SELECT locked.held_by IS NULL
                    FROM ordering_keys AS locked
                    WHERE locked.owner_id = known.owner_id
                      AND locked.queue = known.queue
                      AND locked.ordering_key = known.ordering_key
                )
                  AND (known.owner_id, known.queue, known.ordering_key) NOT IN (
                      SELECT holding.owner_id, holding.queue, holding.ordering_key FROM holding)
                  AND (SELECT jobs.id FROM jobs WHERE \(isHead) LIMIT 1) IS NULL
            )
            UPDATE jobs
            SET state = CASE WHEN jobs.run_at > moment.at THEN 'scheduled' ELSE 'queued' END,
                due_at = LEAST(
                    CASE WHEN jobs.run_at > moment.at THEN jobs.run_at
                         ELSE moment.at + $6 * interval '1 microsecond' END,
                    jobs.expires_at)
            FROM (SELECT COALESCE($5, statement_timestamp()) AS at) AS moment
            WHERE jobs.id = ANY (ARRAY(SELECT next.id FROM next))
            RETURNING jobs.id, jobs.owner_id, jobs.queue, jobs.ordering_key, jobs.state
            """, parameters: [.uuidArray, .textArray, .textArray, .uuidArray, .timestamptz, .int8]
    ) { Freed(id: try $0.value(), key: try OrderingKey.decode(&$0), state: try JobRow.state(from: &$0)) }

    /// Ends the hold of a dead job.
    static let release = Statement<Never>(
        name: "order_release",
        sql: """
            UPDATE ordering_keys
            SET held_by = NULL
            WHERE owner_id = $1 AND queue = $2 AND ordering_key = $3 AND held_by = $4
            """, parameters: [.uuid, .text, .text, .uuid])

    static let keyTypes: [PostgresType] = [.uuidArray, .textArray, .textArray]

    static let keys: StaticString = "known.owner_id, known.queue, known.ordering_key"

    static let those: StaticString = """
        FROM ordering_keys AS known
        WHERE (known.owner_id, known.queue, known.ordering_key) IN (
            SELECT input.owner_id, input.queue, input.ordering_key
            FROM unnest($1, $2, $3) AS input (owner_id, queue, ordering_key))
        """

    /// That a job of the key waits for another; as in the index `jobs_blocked_idx`.
    static let isBlocked: StaticString = """
        jobs.owner_id = known.owner_id
                  AND jobs.queue = known.queue
                  AND jobs.ordering_key = known.ordering_key
                  AND jobs.state = 'blocked'
        """

    /// That a job of the key is on its way; as in the index `jobs_one_head_a_key`.
    static let isHead: StaticString = """
        jobs.owner_id = known.owner_id
                  AND jobs.queue = known.queue
                  AND jobs.ordering_key = known.ordering_key
                  AND jobs.ordering_key IS NOT NULL
                  AND jobs.state IN ('scheduled', 'queued', 'running', 'retrying')
        """
}

extension OrderingKey {
    /// Reads a key's owner, queue and text.
    static let decode: @Sendable (inout RowReader) throws -> OrderingKey = { row in
        OrderingKey(ownerID: try row.value(), queue: QueueName(stored: try row.value()), text: try row.value())
    }
}

extension Parameters {
    /// Binds keys as three arrays.
    mutating func append(_ keys: some Collection<OrderingKey>) {
        append(array: keys.map(\.ownerID))
        append(array: keys.map(\.queue.text))
        append(array: keys.map(\.text))
    }
}
