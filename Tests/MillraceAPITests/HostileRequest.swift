import Testing

@testable import MillraceAPI

/// Bytes that are sent in place of a good request, and what they are answered with.
struct HostileRequest: Sendable, CustomTestStringConvertible {
    let name: String
    let status: Int
    let code: ProblemCode
    /// With `TOKEN` where a good token is to stand.
    private let template: String

    var testDescription: String { name }

    func text(_ token: String) -> String { template.replacing("TOKEN", with: token) }

    private init(_ name: String, _ template: String, _ code: ProblemCode = .malformedRequest) {
        self.name = name
        self.template = template
        self.code = code
        self.status = code.status
    }

    /// A submission with some fields about its body, the body, and another request that must not be seen.
    private static func post(_ name: String, _ fields: String, _ body: String = "{\"kind\":\"mail\"}") -> HostileRequest
    {
        HostileRequest(
            name,
            "POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer TOKEN\r\n"
                + "Content-Type: application/json\r\n\(fields)\r\n\r\n\(body)GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
    }

    private static func chunked(_ name: String, _ body: String) -> HostileRequest {
        post(name, "Transfer-Encoding: chunked", body)
    }

    private static func line(_ name: String, _ line: String) -> HostileRequest {
        HostileRequest(name, "\(line)\r\nHost: x\r\n\r\n")
    }

    private static func fields(_ name: String, _ fields: String, _ code: ProblemCode = .malformedRequest)
        -> HostileRequest
    {
        HostileRequest(name, "GET /livez HTTP/1.1\r\n\(fields)\r\n\r\n", code)
    }

    static let all = lengths + codings + chunks + lines + hosts + heads + tooMuch

    private static let whole = "f\r\n{\"kind\":\"mail\"}\r\n0\r\n\r\n"

    static let lengths: [HostileRequest] = [
        post("two lengths", "Content-Length: 15\r\nContent-Length: 16"),
        post("the same length twice", "Content-Length: 15\r\nContent-Length: 15"),
        post("a list of lengths", "Content-Length: 15, 15"), post("a length with a sign", "Content-Length: +15"),
        post("a negative length", "Content-Length: -15"), post("a hexadecimal length", "Content-Length: 0xf"),
        post("two numbers", "Content-Length: 1 5"), post("a fraction", "Content-Length: 15.0"),
        post("no number", "Content-Length: "), post("a word", "Content-Length: fifteen"),
        post("a length past 64 bits", "Content-Length: 36893488147419103247"),
        post("a blank before the colon", "Content-Length : 15"), post("a blank before the name", " Content-Length: 15"),
        post("a length on two lines", "Content-Length:\r\n 15"), post("a length in quotes", "Content-Length: \"15\""),
        post("an underscore", "Content_Length : 15"),
    ]

    static let codings: [HostileRequest] = [
        post("a length and pieces", "Content-Length: 15\r\nTransfer-Encoding: chunked", whole),
        post("pieces and a length", "Transfer-Encoding: chunked\r\nContent-Length: 15", whole),
        post("pieces compressed", "Transfer-Encoding: gzip, chunked", whole),
        post("pieces twice", "Transfer-Encoding: chunked, chunked", whole),
        post("pieces in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", whole),
        post("pieces and something else", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", whole),
        post("not quite pieces", "Transfer-Encoding: xchunked", whole),
        post("pieces in quotes", "Transfer-Encoding: \"chunked\"", whole),
        post("pieces after a tab of another kind", "Transfer-Encoding: \u{B}chunked", whole),
        post("pieces with a parameter", "Transfer-Encoding: chunked;q=1", whole),
        post("no coding at all", "Transfer-Encoding: identity", whole),
        post("an empty coding", "Transfer-Encoding: ", whole),
        post("a coding on two lines", "Transfer-Encoding:\r\n chunked", whole),
        post("a blank before the colon of a coding", "Transfer-Encoding : chunked", whole),
        HostileRequest(
            "pieces from long ago",
            "POST /api/v1/jobs HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer TOKEN\r\n"
                + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n\(whole)"),
    ]

    static let chunks: [HostileRequest] = [
        chunked("a size past 64 bits", "FFFFFFFFFFFFFFFFF\r\n{}"), chunked("a negative size", "-1\r\n{}"),
        chunked("a size with a prefix", "0xf\r\n{\"kind\":\"mail\"}\r\n0\r\n\r\n"),
        chunked("a size after a blank", " f\r\n{\"kind\":\"mail\"}\r\n0\r\n\r\n"),
        chunked("a size before a blank", "f \r\n{\"kind\":\"mail\"}\r\n0\r\n\r\n"),
        chunked("no size", "\r\n{\"kind\":\"mail\"}\r\n0\r\n\r\n"),
        chunked("a size that is too small", "e\r\n{\"kind\":\"mail\"}\r\n0\r\n\r\n"),
        chunked("a size that is too great", "10\r\n{\"kind\":\"mail\"}\r\n0\r\n\r\n"),
        chunked("a size and half a line's end", "f\n{\"kind\":\"mail\"}\r\n0\r\n\r\n"),
        chunked("a piece and half a line's end", "f\r\n{\"kind\":\"mail\"}\n0\r\n\r\n"),
        chunked("half a line's end in an extension", "f;a\nb\r\n{\"kind\":\"mail\"}\r\n0\r\n\r\n"),
        chunked("an extension without end", "f;\(String(repeating: "a", count: 400_000))"),
        chunked("a trailer with a blank", "0\r\nX : y\r\n\r\n"),
        chunked("a length after the body", "f\r\n{\"kind\":\"mail\"}\r\n0\r\nContent-Length: 7\r\n\r\n"),
    ]

    static let lines: [HostileRequest] = [
        line("a blank in the target", "GET /li vez HTTP/1.1"),
        line("no slash", "GET livez HTTP/1.1"), line("a backslash", "GET \\livez HTTP/1.1"),
        line("a fragment", "GET /livez#top HTTP/1.1"), line("not ASCII", "GET /é HTTP/1.1"),
        line("a star", "GET * HTTP/1.1"), line("another scheme", "GET ftp://x/livez HTTP/1.1"),
        line("no target", "GET HTTP/1.1"), line("a proxy's business", "CONNECT x:443 HTTP/1.1"),
        line("no version", "GET /livez"), line("a small version", "GET /livez HTTP/0.9"),
        line("a version to come", "GET /livez HTTP/1.2"), line("a great version", "GET /livez HTTP/9.9"),
        line("a version in small letters", "GET /livez http/1.1"),
        line("a version without a dot", "GET /livez HTTP/11"),
        line("a blank after the version", "GET /livez HTTP/1.1 "),
        line("a method in small letters", "get /livez HTTP/1.1"),
        line("no method of HTTP", "FETCH /livez HTTP/1.1"), line("a NUL", "GET /\u{0} HTTP/1.1"),
        HostileRequest("half a line's end", "GET /livez HTTP/1.1\nHost: x\r\n\r\n"),
        HostileRequest("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        HostileRequest("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{7C}\u{3}\u{3}0123456789"),
        HostileRequest("an answer", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        HostileRequest("garbage", "garbage\r\n\r\n"),
    ]

    static let hosts: [HostileRequest] = [
        fields("no Host", "X: y"), fields("two Hosts", "Host: a\r\nHost: b"),
        fields("one Host twice", "Host: a\r\nHost: a"),
        fields("an empty Host", "Host:"), fields("a list of Hosts", "Host: a, b"),
        fields("a blank in a Host", "Host: a b"),
        fields("a path in a Host", "Host: a/b"), fields("a user in a Host", "Host: u@a"),
        fields("a port that is none", "Host: a:b"), fields("a long port", "Host: a:999999"),
        fields("an open bracket", "Host: [::1"), fields("a port alone", "Host: :80"),
        fields("a Host that is not ASCII", "Host: é"), fields("a Host in brackets of another kind", "Host: <a>"),
    ]

    static let heads: [HostileRequest] = [
        fields("half a line's end after a field", "Host: x\nX: y"),
        fields("a field on two lines", "Host: x\r\nX: a\r\n b"),
        fields("a carriage return in a value", "Host: x\r\nX: a\rb"),
        fields("a NUL in a value", "Host: x\r\nX: a\u{0}b"),
        fields("a field without a colon", "Host: x\r\nXY"), fields("a field without a name", "Host: x\r\n: y"),
        fields("a blank in a name", "Host: x\r\nX Y: z"), fields("a name that is no token", "Host: x\r\nX(Y): z"),
        fields("a name that is not ASCII", "Host: x\r\né: z"), fields("a control in a value", "Host: x\r\nX: a\u{1}b"),
        fields("an expectation", "Host: x\r\nExpect: 200-ok", .expectationFailed),
        fields("two expectations", "Host: x\r\nExpect: 100-continue\r\nExpect: 100-continue", .expectationFailed),
    ]

    static let tooMuch: [HostileRequest] = [
        fields("a long body, whoever asks", "Host: x\r\nContent-Length: 10737418240", .bodyTooLarge),
        fields("a field that is too long", "Host: x\r\nX: \(String(repeating: "x", count: 70_000))", .headersTooLarge),
        fields("too many fields", "Host: x\(String(repeating: "\r\nX: y", count: 101))", .headersTooLarge),
        fields(
            "fields that are too long together",
            "Host: x\(String(repeating: "\r\nX: \(String(repeating: "x", count: 1000))", count: 70))", .headersTooLarge),
        HostileRequest(
            "a target past all bounds",
            "GET /\(String(repeating: "x", count: 200_000)) HTTP/1.1\r\nHost: x\r\n\r\n", .targetTooLong),
        HostileRequest(
            "a long target",
            "GET /\(String(repeating: "x", count: 8192)) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            .targetTooLong),
    ]
}
