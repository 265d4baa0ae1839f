#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An IPv4 or IPv6 address. Addresses that carry an IPv4 address inside (mapped, RFC 4291 section 2.5.5.2, and NAT64,
/// RFC 6052 section 2.1) count as that address: that is where a packet ends up.
struct NetworkAddress: Hashable, Sendable {
    /// 4 or 16 bytes in network order.
    let bytes: [UInt8]
    /// The text form under which a connection is opened.
    let text: String

    private static let carriers: [[UInt8]] = [
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
        [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0],
    ]

    /// Reads the text form of an address, without brackets and zone; nil for anything else.
    init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(withUnsafeBytes(of: four) { Array($0) }, text)
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self.init(withUnsafeBytes(of: six) { Array($0) }, text)
        } else {
            return nil
        }
    }

    private init(_ bytes: [UInt8], _ text: String) {
        let isCarrier = bytes.count == 16 && Self.carriers.contains(Array(bytes.prefix(12)))
        self.bytes = isCarrier ? Array(bytes.suffix(4)) : bytes
        self.text = text
    }
}
