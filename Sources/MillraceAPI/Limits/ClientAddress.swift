#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A numeric IP address, an IPv4 one in the form that IPv6 has for it (`::ffff:0:0/96`, RFC 4291 section 2.5.5.2).
struct ClientAddress: Hashable, Sendable {
    /// The first and the last eight bytes, as numbers.
    let high: UInt64
    let low: UInt64

    /// Reads an address; nil for anything else.
    init?(_ text: some StringProtocol) {
        var bytes: (UInt64, UInt64) = (0, 0)
        let text = String(text)
        if inet_pton(AF_INET6, text, &bytes) == 1 {
            (high, low) = (UInt64(bigEndian: bytes.0), UInt64(bigEndian: bytes.1))
            return
        }
        var address = in_addr()
        guard inet_pton(AF_INET, text, &address) == 1 else { return nil }
        (high, low) = (0, 0xFFFF << 32 | UInt64(UInt32(bigEndian: address.s_addr)))
    }

    private init(high: UInt64, low: UInt64) {
        (self.high, self.low) = (high, low)
    }

    /// Whether it is one of IPv4.
    var isV4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// What is one client's: an IPv4 address, or the network of 64 bits that every IPv6 host has to itself.
    var client: ClientAddress { isV4 ? self : ClientAddress(high: high, low: 0) }

    /// The first bits, the rest cleared.
    func prefix(_ length: Int) -> ClientAddress {
        ClientAddress(
            high: length >= 64 ? high : length == 0 ? 0 : high & ~(UInt64.max >> UInt64(length)),
            low: length <= 64 ? 0 : length >= 128 ? low : low & ~(UInt64.max >> UInt64(length - 64)))
    }
}

/// A network in CIDR notation (RFC 4632, RFC 4291 section 2.3).
struct ClientNetwork: Hashable, Sendable {
    private let first: ClientAddress
    private let length: Int

    /// Reads `10.0.0.0/8` or `fd00::/8`; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = ClientAddress(parts[0]), let length = Int(parts[1]),
            (0...(address.isV4 ? 32 : 128)).contains(length)
        else { return nil }
        self.length = address.isV4 ? length + 96 : length
        first = address.prefix(self.length)
    }

    /// Whether an address is of this network.
    func contains(_ address: ClientAddress) -> Bool {
        address.prefix(length) == first
    }
}
