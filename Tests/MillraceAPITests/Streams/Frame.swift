import NIOCore
import NIOHPACK

/// One frame of HTTP/2 (RFC 9113 section 4.1).
struct Frame: Sendable {
    /// Section 6.
    enum Kind: UInt8, Sendable {
        case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
    }

    static let endStream: UInt8 = 0x1
    static let endHeaders: UInt8 = 0x4

    var kind: Kind
    var flags: UInt8 = 0
    var stream = 0
    var payload: [UInt8] = []

    /// The code with which a stream, or the connection, is ended.
    var errorCode: Int? {
        switch kind {
        case .resetStream: Self.number(payload[0..<4])
        case .goAway: Self.number(payload[4..<8])
        default: nil
        }
    }

    var bytes: [UInt8] {
        let (size, id) = (payload.count, stream)
        return [UInt8(size >> 16 & 0xFF), UInt8(size >> 8 & 0xFF), UInt8(size & 0xFF), kind.rawValue, flags]
            + [UInt8(id >> 24 & 0xFF), UInt8(id >> 16 & 0xFF), UInt8(id >> 8 & 0xFF), UInt8(id & 0xFF)] + payload
    }

    /// What every client begins with (section 3.4).
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Frame(kind: .settings).bytes

    /// The head of a request, by fields that are not kept for later ones.
    static func head(
        _ stream: Int, _ fields: [(String, String)] = livez, ends: Bool = true
    ) throws -> Frame {
        var encoder = HPACKEncoder(allocator: ByteBufferAllocator(), useHuffmanEncoding: false)
        var buffer = ByteBuffer()
        var headers = HPACKHeaders()
        for (name, value) in fields { headers.add(name: name, value: value, indexing: .nonIndexable) }
        try encoder.encode(headers: headers, to: &buffer)
        return Frame(
            kind: .headers, flags: endHeaders | (ends ? endStream : 0), stream: stream, payload: Array(buffer: buffer))
    }

    static let livez = request("GET", "/livez")

    /// The fields of a request.
    static func request(
        _ method: String, _ path: String, _ token: String? = nil, _ fields: [(String, String)] = []
    ) -> [(String, String)] {
        [(":method", method), (":scheme", "https"), (":path", path), (":authority", "localhost")]
            + (token.map { [("authorization", "Bearer \($0)")] } ?? []) + fields
    }

    /// Some bytes of a body.
    static func data(_ stream: Int, _ count: Int, ends: Bool = false) -> Frame {
        Frame(
            kind: .data, flags: ends ? endStream : 0, stream: stream, payload: Array(repeating: 0x20, count: count))
    }

    /// A stream taken back.
    static func reset(_ stream: Int) -> Frame {
        Frame(kind: .resetStream, stream: stream, payload: [0, 0, 0, 8])
    }

    /// Takes the first frame off some bytes, once it is whole.
    static func take(from buffer: inout ByteBuffer) -> Frame? {
        guard let head = buffer.getBytes(at: buffer.readerIndex, length: 9) else { return nil }
        let size = number(head[0..<3])
        guard buffer.readableBytes >= 9 + size, let kind = Kind(rawValue: head[3]) else { return nil }
        buffer.moveReaderIndex(forwardBy: 9)
        return Frame(
            kind: kind, flags: head[4], stream: number(head[5..<9]), payload: buffer.readBytes(length: size) ?? [])
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
