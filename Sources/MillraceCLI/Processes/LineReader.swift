import Glibc

/// Reads lines from a descriptor until its end, and closes it.
struct LineReader {
    let descriptor: Int32
    /// Longer lines are handed on in pieces.
    static let maximumBytes = 65_536

    /// Blocks until the other side is closed; bytes that are not UTF-8 are replaced.
    func forEachLine(_ body: (String) -> Void) {
        defer { close(descriptor) }
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for byte in buffer[..<count] {
                if byte != UInt8(ascii: "\n") { line.append(byte) }
                guard byte == UInt8(ascii: "\n") || line.count >= Self.maximumBytes else { continue }
                body(String(decoding: line, as: UTF8.self))
                line.removeAll(keepingCapacity: true)
            }
        }
        if !line.isEmpty { body(String(decoding: line, as: UTF8.self)) }
    }
}
