import MillraceDomain

/// The SQL of users.
enum UserStatements {
    static let all = [
        create.text, find.text, findByEmail.text, list.text, update.text, lock.text, hasLiveJobs.text, delete.text,
        upsert.text,
    ]

    private static let columns: StaticString = "users.id, users.email, users.name, users.created_at, users.updated_at"

    private static let decode: @Sendable (inout RowReader) throws -> User = { row in
        User(
            id: try row.value(), email: EmailAddress(stored: try row.value()), name: UserName(stored: try row.value()),
            createdAt: try row.value(), updatedAt: try row.value())
    }

    static let create = Statement<User>(
        name: "user_create",
        sql: """
            INSERT INTO users (id, email, email_key, name, created_at, updated_at)
            SELECT $1, $2, $3, $4, moment.at, moment.at
            FROM (SELECT COALESCE($5, statement_timestamp()) AS at) AS moment
            RETURNING \(columns)
            """, parameters: [.uuid, .text, .text, .text, .timestamptz], decode: decode)

    static let find = Statement<User>(
        name: "user_find", sql: "SELECT \(columns) FROM users WHERE id = $1", parameters: [.uuid], access: .read,
        decode: decode)

    static let findByEmail = Statement<User>(
        name: "user_find_by_email", sql: "SELECT \(columns) FROM users WHERE email_key = $1", parameters: [.text],
        access: .read, decode: decode)

    static let list = Statement<User>(
        name: "user_list",
        sql: """
            SELECT \(columns)
            FROM users
            WHERE ($1 IS NULL OR id = $1)
              AND ($2 IS NULL OR email_key = $2)
              AND (created_at, id) < ($3, $4)
            ORDER BY created_at DESC, id DESC
            LIMIT $5
            """, parameters: [.uuid, .text, .timestamptz, .uuid, .int8], access: .read, isPlannedAnew: true,
        decode: decode)

    static let update = Statement<User>(
        name: "user_update",
        sql: """
            UPDATE users
            SET email = $2,
                email_key = $3,
                name = $4,
                updated_at = GREATEST(COALESCE($6, statement_timestamp()), updated_at + interval '1 microsecond')
            WHERE id = $1
              AND ($5 IS NULL OR updated_at = $5)
            RETURNING \(columns)
            """, parameters: [.uuid, .text, .text, .text, .timestamptz, .timestamptz], decode: decode)

    /// Waits for jobs being accepted for the user, and keeps others from being.
    static let lock = Statement<UserID>(
        name: "user_lock", sql: "SELECT id FROM users WHERE id = $1 FOR UPDATE", parameters: [.uuid]
    ) { try $0.value() }

    static let hasLiveJobs = Statement<Bool>(
        name: "user_has_live_jobs",
        sql: "SELECT EXISTS (SELECT FROM jobs WHERE owner_id = $1 AND finished_at IS NULL)", parameters: [.uuid]
    ) { try $0.value() }

    static let delete = Statement<Never>(
        name: "user_delete", sql: "DELETE FROM users WHERE id = $1", parameters: [.uuid])

    /// Says of each row that it changed whether it is new; a row that was so already does not come back.
    static let upsert = Statement<Bool>(
        name: "user_upsert",
        sql: """
            INSERT INTO users (id, email, email_key, name, created_at, updated_at)
            SELECT input.id, input.email, input.email_key, input.name, moment.at, moment.at
            FROM unnest($1, $2, $3, $4) AS input (id, email, email_key, name),
                 (SELECT COALESCE($5, statement_timestamp()) AS at) AS moment
            ON CONFLICT (email_key) DO UPDATE
            SET name = EXCLUDED.name,
                updated_at = GREATEST(EXCLUDED.updated_at, users.updated_at + interval '1 microsecond')
            WHERE users.name <> EXCLUDED.name
            RETURNING xmax = 0
            """, parameters: [.uuidArray, .textArray, .textArray, .textArray, .timestamptz]
    ) { try $0.value() }
}
