import Testing

@testable import MillraceAPI

/// Bytes that are no request, and the status of the one answer to them, after which the connection ends.
struct HostileBytes: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let status: Int

    private init(_ name: String, _ text: String, _ status: Int = 400) {
        self.testDescription = name
        self.text = text
        self.status = status
    }

    private static func line(_ name: String, _ line: String) -> HostileBytes {
        HostileBytes(name, "\(line)\r\nHost: x\r\n\r\n")
    }

    private static func fields(_ name: String, _ fields: String, _ status: Int = 400) -> HostileBytes {
        HostileBytes(name, "GET /livez HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n", status)
    }

    /// `TOKEN` stands for a good token.
    private static func post(_ name: String, _ fields: String, _ body: String) -> HostileBytes {
        HostileBytes(
            name,
            "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer TOKEN\r\n"
                + "Content-Type: application/json\r\n\(fields)\r\n\r\n\(body)")
    }

    static let all = lines + heads + framings

    static let lines: [HostileBytes] = [
        line("no version", "GET /livez"), line("no target", "GET"), line("a word", "garbage"),
        line("another protocol's line", "SSH-2.0-OpenSSH_9.2"), line("a mail server's greeting", "EHLO example.org"),
        line("a version to come", "GET /livez HTTP/9.9"), line("an answer", "HTTP/1.1 200 OK"),
        line("a method with a colon", "GE:T /livez HTTP/1.1"), line("a method with a NUL", "GE\u{0}T /livez HTTP/1.1"),
        line("a version in words", "GET /livez HTTP/one"),
        HostileBytes("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{7C}\u{3}\u{3}0123456789\r\n\r\n"),
        HostileBytes("a memcached command", "set a 0 0 1\r\n1\r\n"),
        HostileBytes("a Redis command", "*1\r\n$4\r\nPING\r\n"),
        HostileBytes("JSON alone", "{\"kind\":\"mail\"}\r\n\r\n"),
        HostileBytes("many zeros", String(repeating: "\u{0}", count: 1000)),
    ]

    static let heads: [HostileBytes] = [
        fields("a field without a colon", "XY"), fields("a field without a name", ": y"),
        fields("a blank in a name", "X Y: z"),
        fields("a name that is no token", "X(Y): z"), fields("a NUL in a name", "X\u{0}Y: z"),
        fields("a NUL in a value", "X: a\u{0}b"),
        fields("a field that is too long", "X: \(String(repeating: "x", count: 100_000))", 431),
        fields("a name that is too long", "\(String(repeating: "x", count: 100_000)): y", 431),
        fields("too many fields", String(repeating: "X: y\r\n", count: 300) + "X: y", 431),
        HostileBytes("no Host", "GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n"),
        HostileBytes("two Hosts", "GET /livez HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n"),
        HostileBytes("an empty Host", "GET /livez HTTP/1.1\r\nHost: \r\nConnection: close\r\n\r\n"),
    ]

    static let framings: [HostileBytes] = [
        post("a length that is a word", "Content-Length: fifteen", "{\"kind\":\"mail\"}"),
        post("a length with a sign", "Content-Length: +15", "{\"kind\":\"mail\"}"),
        post("a negative length", "Content-Length: -15", "{\"kind\":\"mail\"}"),
        post("a hexadecimal length", "Content-Length: 0xf", "{\"kind\":\"mail\"}"),
        post("a length past 64 bits", "Content-Length: 36893488147419103247", "{\"kind\":\"mail\"}"),
        post("two lengths", "Content-Length: 15\r\nContent-Length: 16", "{\"kind\":\"mail\"} "),
        post("a size that is no number", "Transfer-Encoding: chunked", "x\r\n{}\r\n0\r\n\r\n"),
        post("a size with a prefix", "Transfer-Encoding: chunked", "0xf\r\n{\"kind\":\"mail\"}\r\n0\r\n\r\n"),
        post("a size past 64 bits", "Transfer-Encoding: chunked", "FFFFFFFFFFFFFFFFF\r\n{}"),
        post("a negative size", "Transfer-Encoding: chunked", "-1\r\n{}\r\n0\r\n\r\n"),
        post("a piece longer than its size", "Transfer-Encoding: chunked", "1\r\n{\"kind\":\"mail\"}\r\n0\r\n\r\n"),
    ]
}
