/// An e-mail address: something to the left of an `@`, a domain to the right, at most 254 characters (RFC 5321
/// section 4.5.3.1.3, erratum 1690). Whether a mailbox stands behind it only a mail would tell.
public struct EmailAddress: Hashable, Sendable {
    /// The address as given, without the white space around it.
    public let text: String

    /// Checks an address.
    ///
    /// - Throws: `FieldError` `too_long` or `invalid_format`.
    public init(_ text: String) throws(FieldError) {
        let trimmed = String(text.trimmingWhitespace())
        guard trimmed.unicodeScalars.count <= 254 else {
            throw FieldError("", .tooLong, "must have at most 254 characters")
        }
        let parts = trimmed.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isLocalPart(parts[0]), Self.isDomain(parts[1]) else {
            throw FieldError("", .invalidFormat, "must be an e-mail address")
        }
        self.text = trimmed
    }

    /// Takes an address that was checked before it was stored.
    public init(stored text: String) {
        self.text = text
    }

    private static func isLocalPart(_ part: Substring) -> Bool {
        !part.isEmpty && part.utf8.count <= 64 && !part.hasPrefix(".") && !part.hasSuffix(".")
            && !part.contains("..")
            && part.unicodeScalars.allSatisfy { scalar in
                scalar.value > 0x20 && scalar.value != 0x7F && !scalar.properties.isWhitespace
                    && scalar.properties.generalCategory != .control
                    && !"@()<>[]:;,\\\"".unicodeScalars.contains(scalar)
            }
    }

    private static func isDomain(_ domain: Substring) -> Bool {
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.unicodeScalars.allSatisfy { scalar in
                        scalar == "-" || scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
                    }
            }
    }
}

extension StringProtocol {
    /// The text without the white space at its ends.
    func trimmingWhitespace() -> SubSequence {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return self[startIndex..<startIndex] }
        return self[first...last]
    }
}
