import MillraceDomain

/// The SQL of registered endpoints, for those who register them.
enum WebhookStatements {
    static let all = [
        lockOwner.text, create.text, find.text, list.text, lock.text, update.text, delete.text, secrets.text,
        createSecret.text, retireSecrets.text, removeExpired.text, removeSecret.text,
    ]

    private static let columns: StaticString = """
        webhook_endpoints.id, webhook_endpoints.owner_id, webhook_endpoints.name, webhook_endpoints.url,
            webhook_endpoints.header_names, webhook_endpoints.header_values, webhook_endpoints.concurrency,
            webhook_endpoints.rate, webhook_endpoints.is_enabled, webhook_endpoints.disabled_reason,
            webhook_endpoints.closed_until, webhook_endpoints.created_at, webhook_endpoints.updated_at
        """

    private static let decode: @Sendable (inout RowReader) throws -> WebhookEndpoint = { row in
        let (id, owner): (WebhookEndpointID, UserID) = (try row.value(), try row.value())
        let (name, url): (String, String) = (try row.value(), try row.value())
        let headers = WebhookHeaders(names: try row.array(), values: try row.array())
        let (concurrency, rate): (Int32, Int32?) = (try row.value(), try row.optional())
        let profile = WebhookEndpointProfile(
            name: WebhookEndpointName(stored: name), url: WebhookURL(stored: url), headers: headers,
            concurrency: Int(concurrency), rate: rate.map(Int.init), isEnabled: try row.value())
        return WebhookEndpoint(
            id: id, ownerID: owner, profile: profile, disabledReason: try row.optional(),
            closedUntil: try row.optional(), createdAt: try row.value(), updatedAt: try row.value())
    }

    /// How many endpoints the owner has, whom this keeps from having more meanwhile.
    static let lockOwner = Statement<Int64>(
        name: "webhook_lock_owner",
        sql: """
            WITH locked AS MATERIALIZED (SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE)
            SELECT (SELECT count(*) FROM webhook_endpoints WHERE owner_id = locked.id) FROM locked
            """, parameters: [.uuid]
    ) { try $0.value() }

    static let create = Statement<WebhookEndpoint>(
        name: "webhook_create",
        sql: """
            INSERT INTO webhook_endpoints (
                id, owner_id, name, url, header_names, header_values, concurrency, rate, is_enabled, created_at,
                updated_at)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, moment.at, moment.at
            FROM (SELECT COALESCE($10, statement_timestamp()) AS at) AS moment
            RETURNING \(columns)
            """,
        parameters: [.uuid, .uuid, .text, .text, .textArray, .textArray, .int4, .int4, .bool, .timestamptz],
        decode: decode)

    static let find = Statement<WebhookEndpoint>(
        name: "webhook_find",
        sql: "SELECT \(columns) FROM webhook_endpoints WHERE id = $1 AND ($2 IS NULL OR owner_id = $2)",
        parameters: [.uuid, .uuid], access: .read, decode: decode)

    static let list = Statement<WebhookEndpoint>(
        name: "webhook_list",
        sql: """
            SELECT \(columns)
            FROM webhook_endpoints
            WHERE ($1 IS NULL OR owner_id = $1)
              AND (created_at, id) < ($2, $3)
            ORDER BY created_at DESC, id DESC
            LIMIT $4
            """, parameters: [.uuid, .timestamptz, .uuid, .int8], access: .read, isPlannedAnew: true, decode: decode)

    /// Of several who change it one goes first.
    static let lock = Statement<WebhookEndpoint>(
        name: "webhook_lock",
        sql: "SELECT \(columns) FROM webhook_endpoints WHERE id = $1 AND ($2 IS NULL OR owner_id = $2) FOR UPDATE",
        parameters: [.uuid, .uuid], decode: decode)

    static let update = Statement<WebhookEndpoint>(
        name: "webhook_update",
        sql: """
            UPDATE webhook_endpoints
            SET name = $2,
                url = $3,
                header_names = $4,
                header_values = $5,
                concurrency = $6,
                rate = $7,
                is_enabled = $8,
                disabled_reason = NULL,
                closed_until = NULL,
                updated_at = GREATEST(COALESCE($9, statement_timestamp()), updated_at + interval '1 microsecond')
            WHERE id = $1
            RETURNING \(columns)
            """,
        parameters: [.uuid, .text, .text, .textArray, .textArray, .int4, .int4, .bool, .timestamptz], decode: decode)

    static let delete = Statement<Never>(
        name: "webhook_delete", sql: "DELETE FROM webhook_endpoints WHERE id = $1", parameters: [.uuid])

    private static let secretColumns: StaticString = "id, created_at, expires_at"

    private static let decodeSecret: @Sendable (inout RowReader) throws -> WebhookSecret = { row in
        WebhookSecret(id: try row.value(), createdAt: try row.value(), expiresAt: try row.optional())
    }

    static let secrets = Statement<WebhookSecret>(
        name: "webhook_secrets",
        sql: """
            SELECT \(secretColumns) FROM webhook_secrets WHERE endpoint_id = $1 ORDER BY created_at DESC, id DESC
            """, parameters: [.uuid], access: .read, decode: decodeSecret)

    static let createSecret = Statement<WebhookSecret>(
        name: "webhook_create_secret",
        sql: """
            INSERT INTO webhook_secrets (id, endpoint_id, key, created_at)
            VALUES ($1, $2, $3, COALESCE($4, statement_timestamp()))
            RETURNING \(secretColumns)
            """, parameters: [.uuid, .uuid, .bytea, .timestamptz], decode: decodeSecret)

    static let retireSecrets = Statement<Never>(
        name: "webhook_retire_secrets",
        sql: """
            UPDATE webhook_secrets
            SET expires_at = LEAST(expires_at, COALESCE($3, statement_timestamp()) + $2 * interval '1 microsecond')
            WHERE endpoint_id = $1
            """, parameters: [.uuid, .int8, .timestamptz])

    static let removeExpired = Statement<Never>(
        name: "webhook_remove_expired_secrets",
        sql: """
            DELETE FROM webhook_secrets
            WHERE endpoint_id = $1 AND expires_at <= COALESCE($2, statement_timestamp())
            """, parameters: [.uuid, .timestamptz])

    static let removeSecret = Statement<Never>(
        name: "webhook_remove_secret", sql: "DELETE FROM webhook_secrets WHERE id = $1", parameters: [.uuid])
}

extension WebhookHeaders {
    /// Takes two columns of the same length.
    init(names: [String], values: [String]) {
        self.init(stored: Dictionary(zip(names, values)) { first, _ in first })
    }
}
