import HTTPTypes

@testable import MillraceAPI

extension HostileInput {
    private static func nested(_ open: String, _ close: String, _ depth: Int) -> String {
        let levels = (String(repeating: open, count: depth), String(repeating: close, count: depth))
        return "{\"kind\":\"mail\",\"payload\":\(levels.0)1\(levels.1)}"
    }

    /// Bodies that are no JSON, or none that we read (RFC 8259, RFC 7493).
    static let json: [HostileInput] = [
        .text(""), .text(" \n"), .text("{"), .text("}"), .text("nul"), .text("{'kind':'mail'}"), .text("{\"kind\":}"),
        .text(#"{"kind":"mail",}"#), .text(#"{"kind":"mail"} x"#), .text(#"{"kind":"mail"}{"kind":"mail"}"#),
        .text(#"{"kind":"mail","kind":"mail"}"#), .text(#"{"kind":"mail","k\u0069nd":"mail"}"#),
        .text(#"{"kind":"\ud800"}"#), .text("{\"kind\":\"a\u{1}\"}"), .text(#"{"kind":"\x41"}"#),
        .text(#"{"kind":"mail","priority":01}"#), .text(#"{"kind":"mail","priority":+1}"#),
        .text(#"{"kind":"mail","priority":NaN}"#), .text(#"{"kind":"mail","priority":1.}"#),
        .text("// comment\n{}"), .text("\u{FEFF}{}"), .text("kind=mail"),
        .text(String(repeating: "[", count: 100_000)),
        .init(.post, "jobs", bytes: [0x22, 0xFF, 0x22], 400, .malformedRequest),
        .init(.post, "jobs", bytes: [0x22, 0xC0, 0xAF, 0x22], 400, .malformedRequest),
        .init(.post, "jobs", bytes: [0x22, 0xED, 0xA0, 0x80, 0x22], 400, .malformedRequest),
        .init(.post, "jobs", bytes: [0x7B, 0x00, 0x7D, 0x00], 400, .malformedRequest),
        .init(.post, "jobs/bulk", "[", 400, .malformedRequest),
        .init(.post, "jobs/\(id)/retry", "{", 400, .malformedRequest),
        .init(.post, "jobs/\(id)/cancel", "nope", 400, .malformedRequest),
        .text("tru"), .text("True"), .text("{'kind'}"), .text("{kind:\"mail\"}"), .text(#"{"kind" "mail"}"#),
        .text(#"{"kind":"mail",,"queue":"a"}"#), .text("{,}"), .text(#"{"kind":"mail"}]"#), .text(#"{"kind":"mail"]"#),
        .text(#"{"kind":"mail"/* comment */}"#), .text("# comment\n{}"), .text("\u{A0}{}"), .text("\u{2028}{}"),
        .text("{}\u{0}"), .text("\u{0}"), .text("<job/>"), .text("---\nkind: mail\n"), .text("\u{1E}{}\n"),
        .text("{\"kind\":\"mail\"}\n{\"kind\":\"mail\"}\n"), .text(#""unterminated"#), .text("{\"kind\":\"a\nb\"}"),
        .text(#"{"kind":"\u12"}"#), .text(#"{"kind":"\u00g0"}"#), .text(#"{"kind":"\'"}"#), .text(#"{"kind":"a\"#),
        .text(#"{"kind":"\udc00"}"#), .text(#"{"kind":"\ud83d\u0041"}"#), .text(#"{"kind":"\ude00\ud83d"}"#),
        .text(#"{"kind":"mail","\ud800":1}"#), .text(#"{"kind":"mail","payload":{"a":1,"a":2}}"#),
        .text(#"{"kind":"mail","payload":[{"a":[{"\u0061":1,"a":2}]}]}"#),
        .text(#"{"kind":"mail","payload":1e}"#), .text(#"{"kind":"mail","payload":-}"#),
        .text(#"{"kind":"mail","payload":.5}"#), .text(#"{"kind":"mail","payload":0x10}"#),
        .text(#"{"kind":"mail","payload":1_000}"#), .text(#"{"kind":"mail","payload":-Infinity}"#),
        .text(#"{"kind":"mail","payload":00}"#), .text(#"{"kind":"mail","payload":--1}"#),
        .text(nested("[", "]", 65)), .text(nested(#"{"a":"#, "}", 65)), .text(nested(#"[{"a":"#, "}]", 33)),
        .text(String(repeating: #"{"a":"#, count: 100_000)), .text(String(repeating: "[", count: 1_048_576)),
        .octets([0x80]), .octets([0x22, 0xE0, 0x80, 0xAF, 0x22]), .octets([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22]),
        .octets([0x22, 0xE2, 0x82, 0x22]), .octets([0x22, 0xC3]), .octets([0xFE, 0xFF, 0x00, 0x7B, 0x00, 0x7D]),
        .octets([0x7B, 0x00, 0x00, 0x00, 0x7D, 0x00, 0x00, 0x00]), .octets([0x1F, 0x8B, 0x08, 0x00]),
        .init(.post, "jobs/bulk", #"{"jobs":[{"kind":"mail"},]}"#, 400, .malformedRequest),
        .init(.post, "jobs/bulk", #"{"jobs":[],"jobs":[]}"#, 400, .malformedRequest),
        .init(.post, "jobs/bulk", #"{"jobs":[{"kind":"mail","kind":"mail"}]}"#, 400, .malformedRequest),
        .init(.put, "users/\(id)", "{", 400, .malformedRequest),
        .init(.patch, "users/\(id)", #"{"name":"a","name":"b"}"#, 400, .malformedRequest),
        .init(.post, "dead-letters/replay", #"{"filter":{}"#, 400, .malformedRequest),
        .init(.post, "queues/default/pause", "{]", 400, .malformedRequest),
    ]
}
