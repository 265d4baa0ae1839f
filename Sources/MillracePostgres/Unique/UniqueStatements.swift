import MillraceDomain

/// The SQL of unique keys.
enum UniqueStatements {
    static let all = [lock.text, lockHolders.text, hold.text, cancel.text, page.text, lockFree.text, removeFree.text]

    private static let key: @Sendable (inout RowReader) throws -> UniqueKey = { row in
        UniqueKey(ownerID: try row.value(), kind: JobKind(stored: try row.value()), key: try row.value())
    }

    /// Locks keys until the commit, in one order for all, and tells who holds each. A key without a row gets one, so
    /// that there is something to lock.
    ///
    /// What the holder's job is up to must be asked in a statement of its own: this one may have waited for the lock,
    /// and sees jobs as they were before.
    static let lock = Statement<UniqueRow>(
        name: "unique_lock",
        sql: """
            INSERT INTO unique_claims (owner_id, kind, key)
            SELECT input.owner_id, input.kind, input.key
            FROM unnest($1, $2, $3) AS input (owner_id, kind, key)
            ORDER BY input.owner_id, input.kind, input.key
            ON CONFLICT (owner_id, kind, key) DO UPDATE
            SET key = EXCLUDED.key
            RETURNING owner_id, kind, key, job_id, scope,
                COALESCE(expires_at <= COALESCE($4, statement_timestamp()), false)
            """, parameters: [.uuidArray, .textArray, .textArray, .timestamptz]
    ) { row in
        UniqueRow(key: try key(&row), jobID: try row.optional(), scope: try row.optional(), isOver: try row.value())
    }

    /// The holders that are to be replaced, as they stand once nobody else can change them.
    static let lockHolders = Statement<Job>(
        name: "unique_lock_holders",
        sql: "SELECT \(JobRow.columns) FROM jobs WHERE id = ANY ($1) ORDER BY jobs.id FOR UPDATE",
        parameters: [.uuidArray], decode: JobRow.decode)

    /// Gives locked keys to their new holders.
    static let hold = Statement<Never>(
        name: "unique_hold",
        sql: """
            UPDATE unique_claims
            SET job_id = input.job_id,
                scope = input.scope,
                expires_at = input.expires_at
            FROM unnest($1, $2, $3, $4, $5, $6) AS input (owner_id, kind, key, job_id, scope, expires_at)
            WHERE unique_claims.owner_id = input.owner_id
              AND unique_claims.kind = input.kind
              AND unique_claims.key = input.key
            """, parameters: [.uuidArray, .textArray, .textArray, .uuidArray, .textArray, .timestamptzArray])

    /// Ends locked jobs that wait.
    static let cancel = Statement<Never>(
        name: "unique_cancel",
        sql: """
            UPDATE jobs
            SET state = 'cancelled',
                finished_at = COALESCE($2, statement_timestamp()),
                next_attempt_at = NULL,
                due_at = NULL
            WHERE id = ANY ($1)
            """, parameters: [.uuidArray, .timestamptz])

    private static let isFree: StaticString = """
        unique_claims.job_id IS NULL
                    OR unique_claims.expires_at <= COALESCE($4, statement_timestamp())
                    OR (unique_claims.scope = 'active' AND NOT EXISTS (
                        SELECT FROM jobs WHERE jobs.id = unique_claims.job_id AND jobs.finished_at IS NULL))
        """

    /// The next thousand keys that may come free, and whether each seems to be.
    static let page = Statement<(key: UniqueKey, isFree: Bool)>(
        name: "unique_page",
        sql: """
            SELECT unique_claims.owner_id, unique_claims.kind, unique_claims.key, COALESCE(\(isFree), false)
            FROM (
                SELECT *
                FROM unique_claims
                WHERE scope IS DISTINCT FROM 'forever'
                  AND (owner_id, kind, key) > ($1, $2, $3)
                ORDER BY owner_id, kind, key
                LIMIT 1000
            ) AS unique_claims
            ORDER BY unique_claims.owner_id, unique_claims.kind, unique_claims.key
            """, parameters: [.uuid, .text, .text, .timestamptz], access: .read
    ) { (try key(&$0), try $0.value()) }

    /// Locks those of the keys that nobody has locked.
    static let lockFree = Statement<UniqueKey>(
        name: "unique_lock_free",
        sql: """
            SELECT unique_claims.owner_id, unique_claims.kind, unique_claims.key
            FROM unnest($1, $2, $3) AS input (owner_id, kind, key)
            JOIN unique_claims USING (owner_id, kind, key)
            ORDER BY unique_claims.owner_id, unique_claims.kind, unique_claims.key
            FOR UPDATE OF unique_claims SKIP LOCKED
            """, parameters: [.uuidArray, .textArray, .textArray], decode: key)

    /// Removes those of the locked keys that are free, which a statement that began before the lock could not know.
    static let removeFree = Statement<Never>(
        name: "unique_remove_free",
        sql: """
            DELETE FROM unique_claims
            USING unnest($1, $2, $3) AS input (owner_id, kind, key)
            WHERE unique_claims.owner_id = input.owner_id
              AND unique_claims.kind = input.kind
              AND unique_claims.key = input.key
              AND (\(isFree))
            """, parameters: [.uuidArray, .textArray, .textArray, .timestamptz])
}

extension Parameters {
    /// Binds keys as three arrays.
    mutating func append(keys: some Collection<UniqueKey>) {
        append(array: keys.map(\.ownerID))
        append(array: keys.map(\.kind.text))
        append(array: keys.map(\.key))
    }
}
