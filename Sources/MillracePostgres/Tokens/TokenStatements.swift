import MillraceDomain

/// The SQL of tokens.
enum TokenStatements {
    static let all = [create.text, findByDigest.text, caller.text, list.text, revoke.text]

    private static let columns: StaticString = "id, user_id, name, scopes, created_at, expires_at"

    private static let decode: @Sendable (inout RowReader) throws -> APIToken = { row in
        APIToken(
            id: try row.value(), userID: try row.value(), name: UserName(stored: try row.value()),
            scopes: scopes(try row.array()), createdAt: try row.value(), expiresAt: try row.optional())
    }

    /// A scope that this release does not know permits nothing.
    private static func scopes(_ words: [String]) -> Set<Scope> {
        Set(words.compactMap { Scope(rawValue: $0) })
    }

    static let create = Statement<APIToken>(
        name: "token_create",
        sql: """
            INSERT INTO api_tokens (id, user_id, name, scopes, digest, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, COALESCE($7, statement_timestamp()), $6)
            ON CONFLICT (digest) DO NOTHING
            RETURNING \(columns)
            """, parameters: [.uuid, .uuid, .text, .textArray, .bytea, .timestamptz, .timestamptz], decode: decode)

    static let findByDigest = Statement<APIToken>(
        name: "token_find_by_digest", sql: "SELECT \(columns) FROM api_tokens WHERE digest = $1",
        parameters: [.bytea], access: .read, decode: decode)

    static let caller = Statement<Caller>(
        name: "token_caller",
        sql: """
            SELECT user_id, scopes
            FROM api_tokens
            WHERE digest = $1
              AND (expires_at IS NULL OR expires_at > COALESCE($2, statement_timestamp()))
            """, parameters: [.bytea, .timestamptz], access: .read
    ) { Caller(userID: try $0.value(), scopes: scopes(try $0.array())) }

    static let list = Statement<APIToken>(
        name: "token_list",
        sql: "SELECT \(columns) FROM api_tokens WHERE user_id = $1 ORDER BY created_at DESC, id DESC",
        parameters: [.uuid], access: .read, decode: decode)

    static let revoke = Statement<Never>(
        name: "token_revoke", sql: "DELETE FROM api_tokens WHERE id = $1 AND user_id = $2", parameters: [.uuid, .uuid])
}
