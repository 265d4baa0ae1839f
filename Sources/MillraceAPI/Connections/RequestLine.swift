import NIOCore

/// How long the line is with which a request begins: what is too long in it is its target, not its fields.
struct RequestLine {
    /// Its bytes as far as they have come.
    private(set) var length = 0
    private var hasEnded = false

    /// More of the request has come.
    mutating func add(_ bytes: ByteBuffer) {
        guard !hasEnded else { return }
        let view = bytes.readableBytesView
        let end = view.firstIndex(of: UInt8(ascii: "\n"))
        length += (end ?? view.endIndex) - view.startIndex
        hasEnded = end != nil
    }
}
