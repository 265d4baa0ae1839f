import MillraceDomain

/// The SQL of replies that are kept.
enum IdempotencyStatements {
    static let all = [tryLock.text, find.text, keep.text]

    /// Locks requests until the commit, and tells of each whether it was to be had.
    static let tryLock = Statement<Bool>(
        name: "idempotency_try_lock",
        sql: """
            SELECT pg_try_advisory_xact_lock(input.lock)
            FROM unnest($1) WITH ORDINALITY AS input (lock, place)
            ORDER BY input.place
            """, parameters: [.int8Array]
    ) { try $0.value() }

    /// What was kept for the requests in the last 24 hours, each with its place among them from 1. A statement of its
    /// own after the lock, so that it sees what was kept until then.
    ///
    /// Planned anew, because today's partition was empty a while ago.
    static let find = Statement<(place: Int64, digest: [UInt8], reply: KeptReply)>(
        name: "idempotency_find",
        sql: """
            SELECT input.place, kept.digest, kept.status, kept.header_names, kept.header_values, kept.body
            FROM unnest($1, $2, $3) WITH ORDINALITY AS input (owner_id, route, key, place)
            CROSS JOIN LATERAL (
                SELECT *
                FROM idempotency_records AS records
                WHERE records.owner_id = input.owner_id
                  AND records.route = input.route
                  AND records.key = input.key
                  AND records.kept_on
                      >= ((COALESCE($4, statement_timestamp()) - interval '24 hours') AT TIME ZONE 'UTC')::date
                  AND records.created_at > COALESCE($4, statement_timestamp()) - interval '24 hours'
                ORDER BY records.created_at DESC
                LIMIT 1
            ) AS kept
            """, parameters: [.uuidArray, .textArray, .textArray, .timestamptz], access: .read, isPlannedAnew: true
    ) { row in
        let (place, digest, status): (Int64, [UInt8], Int32) = (try row.value(), try row.value(), try row.value())
        let (names, values): ([String], [String]) = (try row.array(), try row.array())
        return (
            place, digest,
            KeptReply(
                status: Int(status), headers: zip(names, values).map { KeptReply.Header(name: $0, value: $1) },
                body: try row.value())
        )
    }

    /// The header fields of all travel in one list, of which each knows its part.
    static let keep = Statement<Never>(
        name: "idempotency_keep",
        sql: """
            INSERT INTO idempotency_records (
                owner_id, route, key, kept_on, digest, status, header_names, header_values, body, created_at)
            SELECT
                input.owner_id, input.route, input.key, (moment.at AT TIME ZONE 'UTC')::date, input.digest,
                input.status, $8[input.fields_from : input.fields_to], $9[input.fields_from : input.fields_to],
                input.body, moment.at
            FROM (SELECT COALESCE($11, statement_timestamp()) AS at) AS moment,
                 unnest($1, $2, $3, $4, $5, $6, $7, $10) AS input (
                    owner_id, route, key, digest, status, fields_from, fields_to, body)
            """,
        parameters: [
            .uuidArray, .textArray, .textArray, .byteaArray, .int4Array, .int4Array, .int4Array, .textArray, .textArray,
            .byteaArray, .timestamptz,
        ])
}

extension Parameters {
    /// Binds what tells requests apart, as three arrays.
    mutating func append(names: [IdempotentRequest.Name]) {
        append(array: names.map(\.ownerID))
        append(array: names.map(\.route))
        append(array: names.map(\.key.text))
    }

    /// Binds what is kept of requests, as arrays in the order of the statement.
    mutating func append(kept: [(request: IdempotentRequest, reply: KeptReply)]) {
        append(names: kept.map(\.request.name))
        append(array: kept.map(\.request.digest))
        append(array: kept.map { Int32(clamping: $0.reply.status) })
        var ends: [Int32] = []
        for (_, reply) in kept { ends.append((ends.last ?? 0) + Int32(clamping: reply.headers.count)) }
        append(array: zip(kept, ends).map { $1 - Int32(clamping: $0.reply.headers.count) + 1 })
        append(array: ends)
        let headers = kept.flatMap(\.reply.headers)
        append(array: headers.map(\.name))
        append(array: headers.map(\.value))
        append(array: kept.map(\.reply.body))
    }
}
