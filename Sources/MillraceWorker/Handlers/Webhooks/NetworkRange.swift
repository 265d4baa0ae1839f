/// A range of addresses in CIDR notation, as `10.0.0.0/8` or `fd00::/8` (RFC 4632, RFC 4291 section 2.3).
public struct NetworkRange: Hashable, Sendable {
    private let prefix: [UInt8]
    private let bits: Int

    /// Reads a range; an address alone is a range of one. Nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let address = NetworkAddress(String(first)) else { return nil }
        let width = address.bytes.count * 8
        if parts.count == 2 {
            // A prefix length counts in the family that the address is written in.
            guard let bits = Int(parts[1]), (0...width).contains(bits) else { return nil }
            self.init(address.bytes, bits)
        } else {
            self.init(address.bytes, width)
        }
    }

    private init(_ prefix: [UInt8], _ bits: Int) {
        self.prefix = prefix
        self.bits = bits
    }

    /// Whether the address lies in the range.
    func contains(_ address: NetworkAddress) -> Bool {
        guard address.bytes.count == prefix.count else { return false }
        let (whole, rest) = (bits / 8, bits % 8)
        guard address.bytes.prefix(whole) == prefix.prefix(whole) else { return false }
        guard rest > 0 else { return true }
        return (address.bytes[whole] ^ prefix[whole]) >> UInt8(8 - rest) == 0
    }
}

extension NetworkRange {
    /// Where no receiver on the public internet can be: private, shared, loopback, link-local, documentation,
    /// benchmarking, multicast, reserved and tunnelling ranges of the special-purpose registries (RFC 6890 and its
    /// updates), and the metadata services of clouds that live elsewhere.
    static let special: [NetworkRange] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16",
        "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16",
        "3fff::/20", "5f00::/16",
        "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ].compactMap(NetworkRange.init)
}
