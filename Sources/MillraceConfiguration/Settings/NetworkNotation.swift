import Glibc

/// CIDR notation (RFC 4632, RFC 4291 §2.3): an address, a slash, a prefix length.
enum NetworkNotation {
    /// Whether a text is a network: a numeric IPv4 or IPv6 address and a prefix length that fits it.
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = Int(parts[1]) else { return false }
        var bytes: (UInt64, UInt64) = (0, 0)
        let address = String(parts[0])
        if inet_pton(AF_INET, address, &bytes) == 1 { return (0...32).contains(length) }
        return inet_pton(AF_INET6, address, &bytes) == 1 && (0...128).contains(length)
    }
}
