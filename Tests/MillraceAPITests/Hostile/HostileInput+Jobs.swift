import HTTPTypes

@testable import MillraceAPI

extension HostileInput {
    /// Submissions that are JSON and no jobs.
    static let jobs: [HostileInput] = [basics, words, numbers, times, structures].flatMap { $0 }

    private static let basics: [HostileInput] = [
        .init(.post, "jobs", "[]", 400, .validationFailed, ""),
        .init(.post, "jobs", "null", 400, .validationFailed, ""),
        .init(.post, "jobs", "{}", 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":null}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":7}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":"Mail"}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":"nope"}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", "{\"kind\":\"\(long)\"}", 400, .validationFailed, "/kind"),
        .job(#""queue":"A""#, "/queue"), .job(#""queue":"a_b""#, "/queue"), .job(#""queue":"""#, "/queue"),
        .job(#""id":"x""#, "/id"), .job(#""id":1"#, "/id"), .job("\"id\":\"{\(id)}\"", "/id"),
        .job(#""priority":10"#, "/priority"), .job(#""priority":-1"#, "/priority"),
        .job(#""priority":5.5"#, "/priority"), .job(#""priority":"5""#, "/priority"),
        .job(#""priority":1e400"#, "/priority"), .job(#""max_attempts":0"#, "/max_attempts"),
        .job(#""max_attempts":101"#, "/max_attempts"), .job(#""timeout_ms":0"#, "/timeout_ms"),
        .job(#""timeout_ms":86400001"#, "/timeout_ms"), .job(#""timeout_ms":99999999999999999999"#, "/timeout_ms"),
        .job(#""run_at":"tomorrow""#, "/run_at"), .job(#""run_at":1795253400"#, "/run_at"),
        .job(#""run_at":"2026-02-30T00:00:00Z""#, "/run_at"), .job(#""expires_at":"2026-11-21""#, "/expires_at"),
        .job(#""retry":7"#, "/retry"), .job(#""retry":{"base_ms":0}"#, "/retry/base_ms"),
        .job(#""retry":{"x":1}"#, "/retry/x"), .job(#""tags":"a""#, "/tags"), .job(#""tags":[1]"#, "/tags/0"),
        .job(#""tags":["a",""]"#, "/tags/1"), .job(#""tags":["\u0000"]"#, "/tags/0"),
        .job("\"tags\":[\(Array(repeating: "\"a\"", count: 21).joined(separator: ","))]", "/tags"),
        .job(#""metadata":[]"#, "/metadata"), .job(#""metadata":{"a/b":1}"#, "/metadata/a~1b"),
        .job("\"metadata\":{\"a\":\"\(String(repeating: "x", count: 5000))\"}", "/metadata"),
        .job("\"payload\":\"\(String(repeating: "x", count: 262_143))\"", "/payload"),
        .job(#""unique":{"key":""}"#, "/unique/key"), .job(#""ordering_key":"""#, "/ordering_key"),
        .job(#""a~b/c":1"#, "/a~0b~1c"), .job(#""Kind":"mail","state":"dead""#, "/Kind", "/state"),
        .init(.post, "jobs/bulk", "{}", 400, .validationFailed, "/jobs"),
        .init(.post, "jobs/bulk", #"{"jobs":{}}"#, 400, .validationFailed, "/jobs"),
        .init(.post, "jobs/bulk", #"{"jobs":[],"atomic":true}"#, 400, .validationFailed, "/atomic"),
        .init(.post, "jobs/bulk?atomic=1", #"{"jobs":[]}"#, 400, .validationFailed, "atomic"),
        .init(.post, "jobs/\(id)/retry", #"{"force":1}"#, 400, .validationFailed, "/force"),
        .init(.post, "jobs/\(id)/retry", "[]", 400, .validationFailed, ""),
        .init(.post, "jobs/\(id)/cancel", #"{"force":true}"#, 400, .validationFailed, "/force"),
    ]

    private static let words: [HostileInput] = [
        .init(.post, "jobs", #"{"kind":"ma\u0000il"}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":" mail"}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":"mail/../x"}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":"ｍail"}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":["mail"]}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":""}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"kind":"mail'; DROP TABLE jobs; --"}"#, 400, .validationFailed, "/kind"),
        .init(.post, "jobs", #"{"\u0000":1}"#, 400, .validationFailed, "/kind", "/\u{0}"),
        .job(#""queue":7"#, "/queue"), .job(#""queue":"default ""#, "/queue"), .job(#""queue":"-a""#, "/queue"),
        .job(#""queue":"ä""#, "/queue"), .job(#""queue":"a\u0000""#, "/queue"), .job(#""queue":"../dead""#, "/queue"),
        .job("\"queue\":\"\(String(repeating: "a", count: 64))\"", "/queue"),
        .job(#""id":"""#, "/id"), .job("\"id\":\"urn:uuid:\(id)\"", "/id"), .job("\"id\":\"\(id)0\"", "/id"),
        .job("\"id\":\"\(id.dropLast())\"", "/id"), .job("\"id\":\"\(id.dropLast())g\"", "/id"),
        .job("\"id\":\" \(id)\"", "/id"), .job("\"id\":[\"\(id)\"]", "/id"),
        .job("\"id\":\"\(id.filter { $0 != "-" })\"", "/id"),
        .job("\"ordering_key\":\"\(long)\"", "/ordering_key"), .job(#""ordering_key":"a\u0000""#, "/ordering_key"),
        .job(#""ordering_key":7"#, "/ordering_key"), .job(#""ordering_key":{}"#, "/ordering_key"),
        .job("\"tags\":[\"\(String(repeating: "x", count: 65))\"]", "/tags/0"), .job(#""tags":[[]]"#, "/tags/0"),
        .job(#""tags":{"0":"a"}"#, "/tags"), .job(#""metadata":{"a":null}"#, "/metadata/a"),
        .job(#""metadata":{"a":{"b":"c"}}"#, "/metadata/a"), .job(#""metadata":"a""#, "/metadata"),
    ]

    private static let numbers: [HostileInput] = [
        .job(#""priority":true"#, "/priority"), .job(#""priority":[5]"#, "/priority"),
        .job(#""priority":1e1"#, "/priority"),
        .job(#""priority":9.0000001"#, "/priority"), .job(#""priority":-0.5"#, "/priority"),
        .job(#""priority":1e-1"#, "/priority"), .job(#""priority":18446744073709551617"#, "/priority"),
        .job("\"priority\":1\(String(repeating: "0", count: 5000))", "/priority"),
        .job("\"priority\":5e-\(String(repeating: "9", count: 5000))", "/priority"),
        .job(#""max_attempts":-1"#, "/max_attempts"), .job(#""max_attempts":1.5"#, "/max_attempts"),
        .job(#""max_attempts":1e131071"#, "/max_attempts"), .job(#""max_attempts":"3""#, "/max_attempts"),
        .job(#""timeout_ms":-1"#, "/timeout_ms"), .job(#""timeout_ms":0.5"#, "/timeout_ms"),
        .job(#""timeout_ms":"1s""#, "/timeout_ms"), .job(#""timeout_ms":9223372036854775808"#, "/timeout_ms"),
    ]

    private static let times: [HostileInput] = [
        .job(#""run_at":"""#, "/run_at"), .job(#""run_at":"2026-13-01T00:00:00Z""#, "/run_at"),
        .job(#""run_at":"2026-11-21T25:00:00Z""#, "/run_at"), .job(#""run_at":"2026-11-21T09:61:00Z""#, "/run_at"),
        .job(#""run_at":"2026-11-21 09:30""#, "/run_at"), .job(#""run_at":"2026-11-21T09:30:00""#, "/run_at"),
        .job(#""run_at":"20261121T093000Z""#, "/run_at"), .job(#""run_at":"99999-01-01T00:00:00Z""#, "/run_at"),
        .job(#""run_at":"-2026-01-01T00:00:00Z""#, "/run_at"), .job(#""run_at":"2025-02-29T00:00:00Z""#, "/run_at"),
        .job(#""run_at":"２０２６-11-21T09:30:00Z""#, "/run_at"),
        .job(#""run_at":"2026-11-21T09:30:00Z\u0000""#, "/run_at"),
        .job(#""run_at":"now""#, "/run_at"), .job(#""run_at":{}"#, "/run_at"),
        .job(#""expires_at":"2026-11-21T09:30:00+25:00""#, "/expires_at"), .job(#""expires_at":true"#, "/expires_at"),
    ]

    private static let structures: [HostileInput] = [
        .job(#""retry":[]"#, "/retry"), .job(#""retry":{"base_ms":"1"}"#, "/retry/base_ms"),
        .job(#""retry":{"max_age_ms":-1}"#, "/retry/max_age_ms"), .job(#""retry":{"cap_ms":1e30}"#, "/retry/cap_ms"),
        .job(#""unique":{}"#, "/unique/key"), .job(#""unique":7"#, "/unique"), .job(#""unique":"k""#, "/unique"),
        .job(#""unique":{"key":7}"#, "/unique/key"), .job(#""unique":{"key":"a\u0000"}"#, "/unique/key"),
        .job("\"unique\":{\"key\":\"\(long)\"}", "/unique/key"),
        .job(#""unique":{"key":"k","scope":"never"}"#, "/unique/scope"),
        .job(#""unique":{"key":"k","scope":"window"}"#, "/unique/window_ms"),
        .job(#""unique":{"key":"k","scope":"window","window_ms":0}"#, "/unique/window_ms"),
        .job(#""unique":{"key":"k","window_ms":5}"#, "/unique/window_ms"),
        .job(#""unique":{"key":"k","on_conflict":"ignore"}"#, "/unique/on_conflict"),
        .job(#""unique":{"key":"k","x":1}"#, "/unique/x"), .job(#""owner_id":"x""#, "/owner_id"),
        .job(#""__proto__":{"admin":true}"#, "/__proto__"), .job(#""":1"#, "/"),
        .init(.post, "jobs/bulk", #"{"jobs":null}"#, 400, .validationFailed, "/jobs"),
        .init(.post, "jobs/bulk", #"[{"kind":"mail"}]"#, 400, .validationFailed, ""),
        .init(
            .post, "jobs/bulk?atomic=true", #"{"jobs":[{"kind":"mail"},{}]}"#, 400, .validationFailed, "/jobs/1/kind"),
        .init(
            .post, "jobs/bulk?atomic=true", #"{"jobs":[7,{"kind":"mail","id":"x"}]}"#, 400, .validationFailed,
            "/jobs/0",
            "/jobs/1/id"),
        .init(
            .post, "jobs/bulk", "{\"jobs\":[\(Array(repeating: "0", count: 10_001).joined(separator: ","))]}", 400,
            .validationFailed, "/jobs"),
        .init(.post, "dead-letters/replay", "{}", 400, .validationFailed, "/filter"),
        .init(.post, "dead-letters/replay", #"{"filter":[]}"#, 400, .validationFailed, "/filter"),
        .init(.post, "dead-letters/replay", #"{"filter":{"x":1}}"#, 400, .validationFailed, "/filter/x"),
        .init(.post, "dead-letters/replay", #"{"filter":{"ids":[]}}"#, 400, .validationFailed, "/filter/ids"),
        .init(.post, "dead-letters/replay", #"{"filter":{"ids":["x"]}}"#, 400, .validationFailed, "/filter/ids/0"),
        .init(.post, "dead-letters/replay", #"{"filter":{},"limit":0}"#, 400, .validationFailed, "/limit"),
        .init(.post, "dead-letters/replay", #"{"filter":{},"dry_run":"yes"}"#, 400, .validationFailed, "/dry_run"),
        .init(.post, "dead-letters/replay", #"{"filter":{},"rate":-1}"#, 400, .validationFailed, "/rate"),
    ]
}
