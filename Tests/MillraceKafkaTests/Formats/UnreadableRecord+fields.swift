import MillraceDomain

@testable import MillraceKafka

/// Records that are wrong in one member or attribute.
extension UnreadableRecord {
    private static func member(_ name: String, _ members: String) -> UnreadableRecord {
        plain(name, .invalidSubmission, "{\"kind\":\"noop\",\(members)}")
    }

    private static func octets(_ name: String, _ bytes: [UInt8]) -> UnreadableRecord {
        value(name, .malformedJSON, Array("{\"kind\":\"noop\",\"payload\":\"".utf8) + bytes + Array("\"}".utf8))
    }

    static let fields: [UnreadableRecord] = [
        octets("half a character", [0xE2, 0x82]), octets("a character too long", [0xC0, 0xAF]),
        octets("a surrogate in UTF-8", [0xED, 0xA0, 0x80]), octets("a character past all", [0xF4, 0x90, 0x80, 0x80]),
        octets("a line's end in a text", [0x0A]), octets("a NUL in a text", [0x00]), octets("a stray byte", [0x80]),
        plain("a member twice by its escape", .malformedJSON, #"{"kind":"noop","k\u0069nd":"noop"}"#),
        plain("a member twice in the payload", .malformedJSON, #"{"kind":"noop","payload":{"a":1,"a":2}}"#),
        plain("a comment", .malformedJSON, "{\"kind\":\"noop\"} // now"), plain("XML", .malformedJSON, "<job/>"),
        plain("YAML", .malformedJSON, "kind: noop"), plain("lines of JSON", .malformedJSON, "{}\n{}\n"),
        plain(
            "a payload too deep", .malformedJSON,
            #"{"kind":"noop","payload":"# + String(repeating: "[", count: 65) + String(repeating: "]", count: 65) + "}"),
        plain("a text", .invalidSubmission, #""noop""#), plain("a number", .invalidSubmission, "7"),
        plain("false", .invalidSubmission, "false"), plain("an empty object", .invalidSubmission, "{}"),
        plain("an empty kind", .invalidSubmission, #"{"kind":""}"#),
        plain("a kind with a path", .invalidSubmission, #"{"kind":"../noop"}"#),
        plain("a kind that is a list", .invalidSubmission, #"{"kind":["noop"]}"#),
        plain("a bulk submission", .invalidSubmission, #"{"jobs":[{"kind":"noop"}]}"#),
        plain("a kind that is not there", .unknownKind, #"{"kind":"nobody.knows"}"#),
        member("an id with braces", #""id":"{00000000-0000-7000-8000-000000000001}""#),
        member("an id that is a number", #""id":1"#), member("an id with a NUL", #""id":"\u0000""#),
        member("a queue with a NUL", #""queue":"a\u0000""#), member("a queue in capitals", #""queue":"Mail""#),
        member("a negative priority", #""priority":-1"#), member("a priority that is true", #""priority":true"#),
        member("no attempts", #""max_attempts":0"#), member("too many attempts", #""max_attempts":101"#),
        member("half an attempt", #""max_attempts":0.5"#), member("no time at all", #""timeout_ms":0"#),
        member("a time limit in words", #""timeout_ms":"1s""#),
        member("a start without a zone", #""run_at":"2026-11-21T09:30:00""#),
        member("a start in seconds", #""run_at":1795253400"#),
        member("an expiry on a day", #""expires_at":"2026-11-21""#),
        member("a retry that is a number", #""retry":7"#),
        member("a retry with an unknown member", #""retry":{"x":1}"#),
        member("a tag too long", "\"tags\":[\"\(String(repeating: "x", count: 65))\"]"),
        member("too many tags", "\"tags\":[\(Array(repeating: "\"a\"", count: 21).joined(separator: ","))]"),
        member("metadata that is a list", #""metadata":[]"#),
        member("an ordering key with a NUL", #""ordering_key":"\u0000""#),
        member("an ordering key too long", "\"ordering_key\":\"\(String(repeating: "x", count: 256))\""),
        member("a unique job without a key", #""unique":{}"#),
        member("a scope that is none", #""unique":{"key":"k","scope":"x"}"#),
        member("a window without length", #""unique":{"key":"k","scope":"window"}"#),
        member("an owner", #""owner_id":"00000000-0000-7000-8000-000000000001""#),
        member("a state", #""state":"succeeded""#),
        member("a prototype", #""__proto__":{}"#),
    ]

    static let attributes: [UnreadableRecord] = [
        event("an empty source", .malformedEvent, ["ce_source": ""]),
        event("an empty type", .malformedEvent, ["ce_type": ""]),
        event("an empty version", .malformedEvent, ["ce_specversion": ""]),
        event("a version to come", .malformedEvent, ["ce_specversion": "2.0"]),
        event("a source with a line's end", .malformedEvent, ["ce_source": "/s\r\nce_mrowner: x"]),
        event("an attribute with a control", .malformedEvent, ["ce_subject": "\u{1}"]),
        event("an attribute with DEL", .malformedEvent, ["ce_subject": "\u{7F}"]),
        event("a time that cannot be", .malformedEvent, ["ce_time": "2026-02-30T00:00:00Z"]),
        event("text", .malformedEvent, ["content-type": "text/plain"]),
        event("data in Protobuf", .malformedEvent, ["content-type": "application/protobuf"]),
        event("data cut off", .malformedJSON, [:], value: "{"),
        event("data with a NUL", .malformedJSON, [:], value: "{}\u{0}"),
        event("a type that nobody knows", .unknownKind, ["ce_type": "nobody.knows"]),
        event("a type with a blank", .invalidSubmission, ["ce_type": "no op"]),
        event("an empty job id", .invalidSubmission, ["ce_mrid": ""]),
        event("an empty priority", .invalidSubmission, ["ce_mrpriority": ""]),
        event("a priority with a blank", .invalidSubmission, ["ce_mrpriority": " 5"]),
        event("a priority with a point", .invalidSubmission, ["ce_mrpriority": "5.0"]),
        event("a hexadecimal priority", .invalidSubmission, ["ce_mrpriority": "0x5"]),
        event("a priority with a zero", .invalidSubmission, ["ce_mrpriority": "05"]),
        event("a priority in other digits", .invalidSubmission, ["ce_mrpriority": "٥"]),
        event("negative attempts", .invalidSubmission, ["ce_mrmaxattempts": "-1"]),
        event("a negative time limit", .invalidSubmission, ["ce_mrtimeoutms": "-5"]),
        event("a partition key too long", .invalidSubmission, ["ce_partitionkey": String(repeating: "x", count: 256)]),
        structured("a structured event that is null", .malformedEvent, "null"),
        structured(
            "a structured event with an empty id", .malformedEvent,
            #"{"specversion":"1.0","id":"","source":"s","type":"noop"}"#),
        structured(
            "a structured event twice of an id", .malformedJSON,
            #"{"specversion":"1.0","id":"1","id":"2","source":"s","type":"noop"}"#),
        structured(
            "an attribute that is a fraction", .malformedEvent,
            #"{"specversion":"1.0","id":1.5,"source":"s","type":"noop"}"#),
        structured(
            "an attribute with a NUL", .malformedEvent,
            #"{"specversion":"1.0","id":"\u0000","source":"s","type":"noop"}"#),
        headers(
            "a dispatch twice", .malformedDispatch, [.init("mr_dispatch", "1"), .init("mr_dispatch", "1")], value: nil),
        headers(
            "a dispatch with two ids", .malformedDispatch,
            [
                .init("mr_dispatch", "1"), .init("ce_id", "0193a5f2-7c00-7abc-8def-0123456789ab"),
                .init("ce_id", "0193a5f2-7c00-7abc-8def-0123456789ac"),
            ], value: nil),
        headers(
            "a dispatch that is empty", .malformedDispatch, [.init("mr_dispatch", ""), .init("ce_id", "x")], value: nil),
        headers(
            "a dispatch that is no text", .malformedDispatch,
            [.init(name: "mr_dispatch", value: [0xFF]), .init("ce_id", "0193a5f2-7c00-7abc-8def-0123456789ab")],
            value: nil),
    ]
}
