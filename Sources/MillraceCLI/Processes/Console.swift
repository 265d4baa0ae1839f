import Glibc

/// What the person at the terminal sees: whole lines, each written at once, so that processes do not mix theirs.
enum Console {
    /// Writes a line to standard output.
    static func say(_ line: String) {
        write(line + "\n", to: 1)
    }

    /// Writes a line to standard error.
    static func complain(_ line: String) {
        write(line + "\n", to: 2)
    }

    /// Writes bytes to standard output as they are.
    static func emit(_ bytes: [UInt8]) {
        write(bytes, to: 1)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        write(Array(text.utf8), to: descriptor)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // A terminal that has gone away is no reason to stop what is running.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
