import MillraceDomain

/// The SQL of registered endpoints, for those who call them.
enum WebhookRouteStatements {
    static let all = [routes.text, close.text, disable.text]

    /// Those that exist, each with its place among the questions.
    static let routes = Statement<(Int64, WebhookRoute)>(
        name: "webhook_routes",
        sql: """
            SELECT input.place, found.id, found.url, found.header_names, found.header_values, found.concurrency,
                   found.rate, found.is_enabled,
                   (extract(epoch FROM GREATEST(
                       COALESCE(found.closed_until, moment.at) - moment.at, interval '0')) * 1000000)::bigint,
                   ARRAY(
                       SELECT webhook_secrets.key
                       FROM webhook_secrets
                       WHERE webhook_secrets.endpoint_id = found.id
                         AND (webhook_secrets.expires_at IS NULL OR webhook_secrets.expires_at > moment.at)
                       ORDER BY webhook_secrets.created_at DESC, webhook_secrets.id DESC)
            FROM unnest($1, $2, $3) WITH ORDINALITY AS input (id, owner_id, name, place)
            CROSS JOIN (SELECT COALESCE($4, statement_timestamp()) AS at) AS moment
            JOIN LATERAL (
                SELECT * FROM webhook_endpoints WHERE webhook_endpoints.id = input.id
                UNION ALL
                SELECT * FROM webhook_endpoints
                WHERE webhook_endpoints.owner_id = input.owner_id AND webhook_endpoints.name = input.name
            ) AS found ON true
            """, parameters: [.uuidArray, .uuidArray, .textArray, .timestamptz], access: .read
    ) { row in
        let (place, id): (Int64, WebhookEndpointID) = (try row.value(), try row.value())
        let url: String = try row.value()
        let headers = WebhookHeaders(names: try row.array(), values: try row.array())
        let (concurrency, rate): (Int32, Int32?) = (try row.value(), try row.optional())
        let (isEnabled, closedFor): (Bool, Int64) = (try row.value(), try row.value())
        let target = WebhookTarget(url: url, secrets: try row.array())
        let route = WebhookRoute(
            id: id, target: target, headers: headers, concurrency: Int(concurrency), rate: rate.map(Int.init),
            isEnabled: isEnabled, closedFor: .microseconds(closedFor))
        return (place, route)
    }

    static let close = Statement<Never>(
        name: "webhook_close",
        sql: """
            UPDATE webhook_endpoints
            SET closed_until = moment.at + $2 * interval '1 microsecond',
                updated_at = GREATEST(moment.at, updated_at + interval '1 microsecond')
            FROM (SELECT COALESCE($3, statement_timestamp()) AS at) AS moment
            WHERE id = $1
              AND (closed_until IS NULL OR closed_until < moment.at + $2 * interval '1 microsecond')
            """, parameters: [.uuid, .int8, .timestamptz])

    static let disable = Statement<Never>(
        name: "webhook_disable",
        sql: """
            UPDATE webhook_endpoints
            SET is_enabled = false,
                disabled_reason = $3,
                updated_at = GREATEST(COALESCE($4, statement_timestamp()), updated_at + interval '1 microsecond')
            WHERE id = $1 AND url = $2 AND is_enabled
            """, parameters: [.uuid, .text, .text, .timestamptz])
}
