import MillraceDomain

/// What is written to a topic, in the published formats.
struct BrokerMessage: Sendable {
    var value: [UInt8]?
    var headers: [SourceRecord.Header]
    /// Which submission it carries; nil for a dispatch and for what nobody can read.
    var tag: Int?

    /// Whether it only brings word of a job.
    var isWord: Bool { value == nil && headers.first == Self.header("mr_dispatch", "1") }

    /// A dispatch.
    static func dispatch(_ id: JobID) -> BrokerMessage {
        BrokerMessage(headers: [header("mr_dispatch", "1"), header("ce_id", "\(id)")])
    }

    /// A submission in the way that its order says.
    static func submission(_ order: Orders.Order) -> BrokerMessage {
        let submission = order.submission
        guard order.way == .event else {
            return BrokerMessage(value: plain(submission), headers: [], tag: order.tag)
        }
        var headers = [
            header("ce_specversion", "1.0"), header("ce_id", "order-\(order.tag)"), header("ce_source", "/simulation"),
            header("ce_type", submission.kind.text), header("content-type", "application/json"),
        ]
        if let key = submission.orderingKey { headers.append(header("ce_partitionkey", key)) }
        return BrokerMessage(value: submission.payload.bytes.map(\.self), headers: headers, tag: order.tag)
    }

    private static func plain(_ submission: JobSubmission) -> [UInt8] {
        var members = [
            #""kind":"\#(submission.kind.text)""#, #""payload":\#(submission.payload.text)"#,
            #""queue":"\#(submission.queue.text)""#, #""priority":\#(submission.priority)"#,
        ]
        if let id = submission.id { members.append(#""id":"\#(id)""#) }
        if let key = submission.orderingKey { members.append(#""ordering_key":"\#(key)""#) }
        if let runAt = submission.runAt { members.append(#""run_at":"\#(runAt)""#) }
        if let expiresAt = submission.expiresAt { members.append(#""expires_at":"\#(expiresAt)""#) }
        if let maxAttempts = submission.maxAttempts { members.append(#""max_attempts":\#(maxAttempts)"#) }
        return Array("{\(members.joined(separator: ","))}".utf8)
    }

    /// The `number`-th thing that cannot become a job.
    static func bad(_ number: Int) -> BrokerMessage {
        switch number % 5 {
        case 0: BrokerMessage(value: Array("{\"kind\":".utf8), headers: [])
        case 1: BrokerMessage(value: nil, headers: [])
        case 2: BrokerMessage(value: Array(#"{"kind":"unknown"}"#.utf8), headers: [])
        case 3: BrokerMessage(value: nil, headers: [header("mr_dispatch", "7")])
        default: .dispatch(JobID(UniqueID(high: 0x7000, low: 0x8000_0000_0000_0000 | UInt64(number))))
        }
    }

    private static func header(_ name: String, _ value: String) -> SourceRecord.Header {
        SourceRecord.Header(name: name, value: Array(value.utf8))
    }

    /// The tag in a record's value.
    static func tag(of value: [UInt8]) -> Int? {
        let mark = Array(#""t":"#.utf8)
        guard let start = value.indices.first(where: { value[$0...].starts(with: mark) }) else { return nil }
        return JSONText(stored: String(decoding: value[start...], as: UTF8.self)).tag
    }
}
