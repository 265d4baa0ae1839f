/// An origin of web pages as browsers write it (RFC 6454 section 6.2).
enum WebOrigin {
    /// Whether it is `http` or `https`, a host in small letters, and a port unless that is the scheme's own.
    static func isValid(_ text: String) -> Bool {
        for (scheme, port) in [("https://", "443"), ("http://", "80")] where text.hasPrefix(scheme) {
            let parts = text.dropFirst(scheme.count).split(separator: ":", omittingEmptySubsequences: false)
            guard (1...2).contains(parts.count), isHost(parts[0]) else { return false }
            return parts.count == 1 || (UInt16(parts[1]) != nil && parts[1] != port && parts[1].first != "0")
        }
        return false
    }

    private static func isHost(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "-.".utf8.contains($0)
            }
    }
}
