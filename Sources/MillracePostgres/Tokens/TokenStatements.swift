import MillraceDomain

/// The SQL of tokens.
enum TokenStatements {
    static let all = [create.text, findByDigest.text, bearer.text, list.text, revoke.text]

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

    static let bearer = Statement<TokenBearer>(
        name: "token_bearer",
        sql: """
            SELECT user_id, scopes, id, expires_at, moment.at
            FROM api_tokens,
                 (SELECT COALESCE($2, statement_timestamp()) AS at) AS moment
            WHERE digest = $1
              AND (expires_at IS NULL OR expires_at > moment.at)
            """, parameters: [.bytea, .timestamptz], access: .read
    ) { row in
        let caller = Caller(
            userID: try row.value(), scopes: scopes(try row.array()), tokenID: try row.value())
        let expiresAt: Timestamp? = try row.optional()
        let now: Timestamp = try row.value()
        return TokenBearer(caller: caller, validFor: expiresAt.map { $0 - now })
    }

    static let list = Statement<APIToken>(
        name: "token_list",
        sql: "SELECT \(columns) FROM api_tokens WHERE user_id = $1 ORDER BY created_at DESC, id DESC",
        parameters: [.uuid], access: .read, decode: decode)

    static let revoke = Statement<Never>(
        name: "token_revoke", sql: "DELETE FROM api_tokens WHERE id = $1 AND user_id = $2", parameters: [.uuid, .uuid])
}
