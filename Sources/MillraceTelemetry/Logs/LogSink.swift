#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Where finished log lines go.
public struct LogSink: Sendable {
    private let deliver: @Sendable ([UInt8]) -> Void

    /// Makes a sink that hands each whole line, with its newline, to `deliver`.
    public init(_ deliver: @escaping @Sendable ([UInt8]) -> Void) {
        self.deliver = deliver
    }

    /// Writes each line to standard error with one `write(2)`, so lines of several threads never mix.
    ///
    /// A line that standard error cannot take within 100 ms (a full non-blocking pipe) is dropped:
    /// a log must not stop the work it describes.
    public static let standardError = LogSink { write($0, to: STDERR_FILENO) }

    func write(_ line: [UInt8]) {
        deliver(line)
    }

    static func write(_ line: [UInt8], to descriptor: CInt) {
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            var mayWait = true
            while !rest.isEmpty {
                let written = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
                if written >= 0 {
                    rest = rest.dropFirst(written)
                } else if errno == EAGAIN, mayWait {
                    mayWait = false
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, 100)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }

    private static func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Darwin)
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
