import MillraceDomain

@testable import MillraceKafka

extension UnreadableRecord {
    static let all = values + plains + events + others + fields + attributes

    static let values: [UnreadableRecord] = [
        value("a tombstone", .empty, nil),
        value("an empty value", .empty, []),
        value("one more byte than is read", .tooLarge, Array(repeating: 0x20, count: 1_048_577)),
        value("bytes that are no text", .malformedJSON, [0xFF, 0xFE, 0x00]),
        value("UTF-16", .malformedJSON, [0x7B, 0x00, 0x7D, 0x00]),
        value("a byte order mark", .malformedJSON, [0xEF, 0xBB, 0xBF, 0x7B, 0x7D]),
        value("a NUL behind the document", .malformedJSON, [0x7B, 0x7D, 0x00]),
        value("Avro with its schema's number", .malformedJSON, [0x00, 0x00, 0x00, 0x00, 0x01, 0x02]),
    ]

    static let plains: [UnreadableRecord] = [
        plain("white space", .malformedJSON, "  \n"),
        plain("text that is not JSON", .malformedJSON, "hello"),
        plain("a document cut off", .malformedJSON, #"{"kind":"noop""#),
        plain("two documents", .malformedJSON, #"{"kind":"noop"}{"kind":"noop"}"#),
        plain("a comma too many", .malformedJSON, #"{"kind":"noop",}"#),
        plain("a member twice", .malformedJSON, #"{"kind":"noop","kind":"sleep"}"#),
        plain("half of a surrogate pair", .malformedJSON, #"{"kind":"noop","payload":"\ud800"}"#),
        plain("NaN", .malformedJSON, #"{"kind":"noop","payload":NaN}"#),
        plain(
            "nesting without end", .malformedJSON,
            #"{"kind":"noop","payload":"# + String(repeating: "[", count: 100_000)),
        plain("an array", .invalidSubmission, #"[{"kind":"noop"}]"#),
        plain("null", .invalidSubmission, "null"),
        plain("no kind", .invalidSubmission, #"{"payload":{}}"#),
        plain("a kind that is null", .invalidSubmission, #"{"kind":null}"#),
        plain("a kind that is a number", .invalidSubmission, #"{"kind":7}"#),
        plain("a kind in capitals", .invalidSubmission, #"{"kind":"NOOP"}"#),
        plain("a kind with a NUL", .invalidSubmission, #"{"kind":"no\u0000op"}"#),
        plain("an unknown member", .invalidSubmission, #"{"kind":"noop","prio":1}"#),
        plain("an id that is no UUID", .invalidSubmission, #"{"kind":"noop","id":"17"}"#),
        plain("a priority out of range", .invalidSubmission, #"{"kind":"noop","priority":10}"#),
        plain("a priority that is half", .invalidSubmission, #"{"kind":"noop","priority":1.5}"#),
        plain("a number past all bounds", .invalidSubmission, #"{"kind":"noop","max_attempts":1e131071}"#),
        plain("a time that does not exist", .invalidSubmission, #"{"kind":"noop","run_at":"2026-02-30T00:00:00Z"}"#),
        plain("a queue that cannot be", .invalidSubmission, #"{"kind":"noop","queue":"../etc"}"#),
        plain("tags that are no array", .invalidSubmission, #"{"kind":"noop","tags":"a"}"#),
        plain("a tag with a NUL", .invalidSubmission, #"{"kind":"noop","tags":["a\u0000"]}"#),
        plain("metadata that is no text", .invalidSubmission, #"{"kind":"noop","metadata":{"a":1}}"#),
        plain("an empty ordering key", .invalidSubmission, #"{"kind":"noop","ordering_key":""}"#),
        plain(
            "a payload too large", .tooLarge,
            #"{"kind":"noop","payload":"# + "\"" + String(repeating: "x", count: 262_144) + "\"}"),
    ]

    static let events: [UnreadableRecord] = [
        event("an event without id", .malformedEvent, ["ce_id": nil]),
        event("an event without source", .malformedEvent, ["ce_source": nil]),
        event("an event without type", .malformedEvent, ["ce_type": nil]),
        event("an event without version", .malformedEvent, ["ce_specversion": nil]),
        event("an event with an empty id", .malformedEvent, ["ce_id": ""]),
        event("an event of another version", .malformedEvent, ["ce_specversion": "0.3"]),
        event("an event with a bad time", .malformedEvent, ["ce_time": "yesterday"]),
        event("an event of XML", .malformedEvent, ["content-type": "application/xml"], value: "<a/>"),
        event("an event's id with a NUL", .malformedEvent, ["ce_id": "a\u{0}b"]),
        event("an event without data", .empty, [:], value: ""),
        event("an event whose data is not JSON", .malformedJSON, [:], value: "{'a':1}"),
        event("a type that is no kind", .invalidSubmission, ["ce_type": "com.Example/Thing"]),
        event("a job id that is no UUID", .invalidSubmission, ["ce_mrid": "job-1"]),
        event("an owner that nobody trusts", .invalidSubmission, ["ce_mrowner": "x"]),
        event("a bad start time", .invalidSubmission, ["ce_mrrunat": "2026-11-21 09:30"]),
        event("a bad expiry", .invalidSubmission, ["ce_mrexpiresat": ""]),
        event("a priority in words", .invalidSubmission, ["ce_mrpriority": "high"]),
        event("a priority with a sign", .invalidSubmission, ["ce_mrpriority": "+5"]),
        event("attempts out of range", .invalidSubmission, ["ce_mrmaxattempts": "0"]),
        event("a time limit past 64 bits", .invalidSubmission, ["ce_mrtimeoutms": "99999999999999999999"]),
        event("an empty partition key", .invalidSubmission, ["ce_partitionkey": ""]),
        event(
            "a payload too large in an event", .tooLarge, [:],
            value: "\"" + String(repeating: "x", count: 262_144) + "\""),
        headers(
            "a header that is not UTF-8", .malformedEvent, good + [.init(name: "ce_subject", value: [0xC3, 0x28])]),
        headers("a header twice", .malformedEvent, good + [.init("ce_id", "2")]),
        headers(
            "an id header without value", .malformedEvent,
            good.filter { $0.name != "ce_id" } + [.init(name: "ce_id", value: nil)]),
        headers("only one event header", .malformedEvent, [.init("ce_id", "1")]),
    ]

    static let others: [UnreadableRecord] = [
        structured("an event that is an array", .malformedEvent, "[]"),
        structured("an empty structured event", .empty, ""),
        structured("a structured event cut off", .malformedJSON, #"{"specversion":"1.0""#),
        structured(
            "a structured event without id", .malformedEvent, #"{"specversion":"1.0","source":"s","type":"noop"}"#),
        structured("an attribute that is an object", .malformedEvent, #"{"specversion":"1.0","id":{},"source":"s"}"#),
        structured(
            "data in base64", .malformedEvent,
            #"{"specversion":"1.0","id":"1","source":"s","type":"noop","data_base64":"e30="}"#),
        structured(
            "data of another type", .malformedEvent,
            #"{"specversion":"1.0","id":"1","source":"s","type":"noop","datacontenttype":"text/xml","data":"<a/>"}"#),
        headers("an event in Avro", .malformedEvent, [.init("content-type", "application/cloudevents+avro")]),
        headers("a batch of events", .malformedEvent, [.init("content-type", "application/cloudevents-batch+json")]),
        headers("a dispatch without id", .malformedDispatch, [.init("mr_dispatch", "1")], value: nil),
        headers(
            "a dispatch of no UUID", .malformedDispatch, [.init("mr_dispatch", "1"), .init("ce_id", "7")], value: nil),
        headers(
            "a dispatch of another version", .malformedDispatch,
            [.init("mr_dispatch", "2"), .init("ce_id", "0193a5f2-7c00-7abc-8def-0123456789ab")], value: nil),
        UnreadableRecord(
            testDescription: "a topic that names no queue",
            record: .sample(topic: "millrace.jobs.Not_A_Queue", value: Array(#"{"kind":"noop"}"#.utf8)),
            code: .invalidSubmission),
    ]
}
