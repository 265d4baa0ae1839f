import Testing

/// Frames that cost nothing to send and something to answer.
struct Flood: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What is sent, in one go.
    let bytes: @Sendable () throws -> [UInt8]

    static let all: [Flood] = [
        Flood(testDescription: "requests taken back") {
            try (0..<1000).flatMap { try Frame.head(2 * $0 + 1).bytes + Frame.reset(2 * $0 + 1).bytes }
        },
        Flood(testDescription: "half requests taken back") {
            try (0..<1000).flatMap { try Frame.head(2 * $0 + 1, ends: false).bytes + Frame.reset(2 * $0 + 1).bytes }
        },
        Flood(testDescription: "pings") {
            (0..<1000).flatMap { _ in Frame(kind: .ping, payload: Array(repeating: 0, count: 8)).bytes }
        },
        Flood(testDescription: "settings") { (0..<1000).flatMap { _ in Frame(kind: .settings).bytes } },
        Flood(testDescription: "priorities") {
            (0..<1000).flatMap { _ in Frame(kind: .priority, stream: 1, payload: [0, 0, 0, 0, 1]).bytes }
        },
        Flood(testDescription: "a head without an end") {
            try Frame(kind: .headers, stream: 1, payload: Frame.head(1).payload).bytes
                + (0..<1000).flatMap { _ in Frame(kind: .continuation, stream: 1, payload: [0, 1, 0x61, 1, 0x62]).bytes
                }
        },
        Flood(testDescription: "a head that unpacks to much more") {
            // One field of 4 KiB that is kept, and then named a thousand times.
            try Frame(
                kind: .headers, flags: Frame.endHeaders | Frame.endStream, stream: 1,
                payload: Frame.head(1).payload + [0x40, 1, 0x61, 0x7F, 0xA1, 0x1E] + Array(repeating: 0x62, count: 4000)
                    + Array(repeating: 0xBE, count: 1000)
            ).bytes
        },
        Flood(testDescription: "empty pieces of a body") {
            try Frame.head(1, Frame.request("POST", "/api/v1/jobs"), ends: false).bytes
                + (0..<1000).flatMap { _ in Frame.data(1, 0).bytes }
        },
        Flood(testDescription: "another protocol") { Array("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n".utf8) },
        Flood(testDescription: "a frame that is too large") { [0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 1] },
    ]
}
