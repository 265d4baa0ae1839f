import Testing

/// The head of a request by HTTP/2 that is not right, and the status of the answer; nil where only the stream is ended.
struct HostileStream: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let status: Int?
    private let given: [(String, String)]

    private init(_ name: String, _ status: Int?, _ fields: [(String, String)]) {
        testDescription = name
        self.status = status
        given = fields
    }

    private static func get(_ name: String, _ status: Int?, _ fields: [(String, String)]) -> HostileStream {
        HostileStream(name, status, Frame.livez + fields)
    }

    private static func post(_ name: String, _ status: Int?, _ fields: [(String, String)]) -> HostileStream {
        HostileStream(
            name, status,
            Frame.request("POST", "/api/v1/jobs", "TOKEN", [("content-type", "application/json")] + fields))
    }

    private static func pseudo(
        _ name: String, _ status: Int?, method: String = "GET", path: String? = "/livez", host: String? = "localhost",
        _ fields: [(String, String)] = []
    ) -> HostileStream {
        let given = [(":method", method), (":scheme", "https")] + (path.map { [(":path", $0)] } ?? [])
        return HostileStream(name, status, given + (host.map { [(":authority", $0)] } ?? []) + fields)
    }

    /// `TOKEN` stands for a good token.
    func fields(_ token: String) -> [(String, String)] {
        given.map { ($0.0, $0.1.replacing("TOKEN", with: token)) }
    }

    static let all: [HostileStream] = [
        pseudo("no authority", 400, host: nil), pseudo("an empty authority", 400, host: ""),
        pseudo("an authority that is no host", nil, host: "a b"), pseudo("two hosts in one", 400, host: "a,b"),
        pseudo("another Host", 400, [("host", "example.org")]),
        pseudo("two Hosts and no authority", 400, host: nil, [("host", "a"), ("host", "b")]),
        pseudo("a path without a slash", 400, path: "livez"), pseudo("a whole URI", 400, path: "http://x/livez"),
        pseudo("a fragment", 400, path: "/livez#a"), pseudo("a blank in the path", nil, path: "/li vez"),
        pseudo("another protocol's line in the path", nil, path: "/livez HTTP/1.1"),
        pseudo("an asterisk", 400, path: "*"), pseudo("no path", nil, path: nil),
        pseudo("an empty path", nil, path: ""),
        pseudo("a path that is too long", 414, path: "/\(String(repeating: "x", count: 9000))"),
        get("two paths", nil, [(":path", "/livez")]), get("a pseudo-field that nobody knows", nil, [(":x", "y")]),
        get("a field in capitals", nil, [("X-Y", "z")]), get("a Connection", nil, [("connection", "close")]),
        get("a Transfer-Encoding", nil, [("transfer-encoding", "chunked")]), get("TE", nil, [("te", "gzip")]),
        get("too many fields", 431, (0..<150).map { ("x-\($0)", "y") }),
        get("another expectation", 417, [("expect", "much")]),
        post("a body that is too long and does not come", nil, [("content-length", "999999999")]),
        post("a length past 64 bits", nil, [("content-length", "36893488147419103247")]),
        post("a length and no body", nil, [("content-length", "15")]),
        post("a length that is a word", nil, [("content-length", "fifteen")]),
        post("two lengths", nil, [("content-length", "1"), ("content-length", "2")]),
    ]
}
