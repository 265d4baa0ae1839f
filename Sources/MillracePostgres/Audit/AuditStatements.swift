import MillraceDomain

/// The SQL of the audit.
enum AuditStatements {
    static let all = [write.text, list.text]

    static let write = Statement<Never>(
        name: "audit_write",
        sql: """
            INSERT INTO audit_entries (
                id, at, actor_name, actor_user_id, actor_token_id, action, subject_type, subject_id, result, request_id)
            SELECT
                gen_random_uuid(), COALESCE($9, statement_timestamp()), $1, $2, $3, $4, $5, subject.id, $7, $8
            FROM unnest($6) AS subject (id)
            """, parameters: [.text, .uuid, .uuid, .text, .text, .textArray, .text, .text, .timestamptz])

    static let list = Statement<AuditEntry>(
        name: "audit_list",
        sql: """
            SELECT id, at, actor_name, actor_user_id, actor_token_id, action, subject_type, subject_id, result, request_id
            FROM audit_entries
            WHERE ($1 IS NULL OR actor_user_id = $1 OR actor_token_id = $1)
              AND ($2 IS NULL OR actor_name = $2)
              AND ($3 IS NULL OR action = $3)
              AND ($4 IS NULL OR subject_type = $4)
              AND ($5 IS NULL OR subject_id = $5)
              AND at >= $6
              AND at < $7
              AND (at, id) < ($8, $9)
            ORDER BY at DESC, id DESC
            LIMIT $10
            """,
        parameters: [
            .uuid, .text, .text, .text, .text, .timestamptz, .timestamptz, .timestamptz, .uuid, .int8,
        ], access: .read, isPlannedAnew: true
    ) { row in
        let (id, at): (AuditEntryID, Timestamp) = (try row.value(), try row.value())
        return AuditEntry(
            id: id, at: at, actor: try actor(row.optional(), row.optional(), row.optional()),
            action: AuditAction(stored: try row.value()),
            subject: AuditSubject(stored: try row.value(), id: try row.value()), result: try row.value(),
            requestID: try row.optional())
    }

    private static func actor(_ name: String?, _ user: UserID?, _ token: TokenID?) throws -> AuditActor {
        if let user { return .user(user, token: token) }
        guard let name else { throw PostgresError(.decoding, "An entry of the audit has no actor.") }
        return .process(name)
    }
}
