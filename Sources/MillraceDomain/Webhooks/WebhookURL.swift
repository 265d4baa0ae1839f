/// Where a webhook may go: an absolute `https` URL, or an `http` one where private networks may be called.
///
/// Stricter than RFC 3986, so that every reader of it finds the same host: ASCII only, no user, no fragment, no
/// backslash. A host is a name of letters, digits and hyphens whose last label is no number, an IPv4 address in its
/// dotted decimal form, or an IPv6 address in brackets. What a name resolves to is checked when it is called.
public struct WebhookURL: Hashable, Sendable {
    /// The URL as given.
    public let text: String

    /// Checks a URL.
    ///
    /// - Throws: `FieldError` `too_long`, `invalid_format`, or `not_supported` for `http` where it is not allowed.
    public init(_ text: String, allowingPlain: Bool) throws(FieldError) {
        guard text.utf8.count <= 2048 else { throw FieldError("", .tooLong, "must have at most 2048 characters") }
        guard text.utf8.allSatisfy(Self.isAllowed) else {
            throw FieldError("", .invalidFormat, "must be ASCII without spaces, quotes, backslashes and a fragment")
        }
        guard let separator = text.firstRange(of: "://") else { throw Self.malformed }
        let scheme = text[..<separator.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { throw Self.malformed }
        guard scheme == "https" || allowingPlain else {
            throw FieldError("", .notSupported, "must be https: http is for private networks, which are not allowed")
        }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@"), Self.isAuthority(authority) else { throw Self.malformed }
        guard Self.isEncoded(rest.dropFirst(authority.count)) else { throw Self.malformed }
        self.text = text
    }

    /// Takes a URL that was checked before it was stored.
    public init(stored text: String) {
        self.text = text
    }

    private static let malformed = FieldError(
        "", .invalidFormat, "must be an absolute https URL with a plain host, without a user")

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\"#<>\\^`{|}".utf8.contains(byte)
    }

    /// Every percent sign is followed by two hexadecimal digits.
    private static func isEncoded(_ text: Substring) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
            part.utf8.count >= 2 && part.utf8.prefix(2).allSatisfy(\.isHexDigit)
        }
    }

    private static func isAuthority(_ authority: Substring) -> Bool {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return false }
            let address = authority[authority.index(after: authority.startIndex)..<end]
            return isIPv6(address) && isPort(authority[authority.index(after: end)...])
        }
        let host = authority.prefix { $0 != ":" }
        return isHost(host) && isPort(authority.dropFirst(host.count))
    }

    /// Nothing, or a colon and 1–65535.
    private static func isPort(_ text: Substring) -> Bool {
        guard !text.isEmpty else { return true }
        let digits = text.dropFirst()
        guard text.hasPrefix(":"), (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy(\.isDigit),
            digits.first != "0", let port = Int(digits)
        else { return false }
        return (1...65_535).contains(port)
    }

    private static func isHost(_ host: Substring) -> Bool {
        guard (1...253).contains(host.utf8.count) else { return false }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let areLabels = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
        }
        guard areLabels, let last = labels.last else { return false }
        return isNumber(last) ? isIPv4(labels) : true
    }

    /// What readers of URLs take for a part of an IPv4 address, in whatever base.
    private static func isNumber(_ label: Substring) -> Bool {
        label.utf8.allSatisfy(\.isDigit) || label.lowercased().hasPrefix("0x")
    }

    private static func isIPv4(_ labels: [Substring]) -> Bool {
        labels.count == 4
            && labels.allSatisfy { label in
                label.utf8.allSatisfy(\.isDigit) && label.utf8.count <= 3 && (label == "0" || !label.hasPrefix("0"))
                    && (Int(label) ?? 256) <= 255
            }
    }

    /// Hexadecimal digits, colons and dots: whether they are an address is found out when it is called.
    private static func isIPv6(_ text: Substring) -> Bool {
        (2...45).contains(text.utf8.count) && text.contains(":")
            && text.utf8.allSatisfy { $0.isHexDigit || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    fileprivate var isHexDigit: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20) }
}
