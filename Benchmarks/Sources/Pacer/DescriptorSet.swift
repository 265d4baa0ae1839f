import Glibc

/// Descriptors to be read from. By `pselect`, whose limit has no milliseconds to round to.
struct DescriptorSet {
    private var bits = fd_set()
    private let highest: CInt

    init(_ descriptors: [CInt]) {
        highest = descriptors.max() ?? -1
        withUnsafeMutableBytes(of: &bits) { bytes in
            for descriptor in descriptors { bytes[Int(descriptor) / 8] |= 1 << UInt8(descriptor % 8) }
        }
    }

    /// Leaves those that can be read from, none when the time is up. There may be no descriptor past 1023.
    mutating func wait(atMost microseconds: Int64) throws {
        var limit = timespec(tv_sec: Int(microseconds / 1_000_000), tv_nsec: Int(microseconds % 1_000_000) * 1000)
        guard pselect(highest + 1, &bits, nil, nil, &limit, nil) >= 0 else { throw SystemError(call: "pselect") }
    }

    func contains(_ descriptor: CInt) -> Bool {
        withUnsafeBytes(of: bits) { $0[Int(descriptor) / 8] & 1 << UInt8(descriptor % 8) != 0 }
    }
}
