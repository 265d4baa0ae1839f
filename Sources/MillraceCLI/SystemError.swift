import Glibc

/// The words for an `errno`.
enum SystemError {
    static func text(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        // The XSI variant fills the buffer; for an unknown number it says so there.
        _ = unsafe_strerror(code, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The words for the `errno` of the call that just failed.
    static var last: String { text(errno) }

    private static func unsafe_strerror(_ code: Int32, _ buffer: inout [CChar], _ count: Int) -> Int32 {
        strerror_r(code, &buffer, count)
    }
}
