/// A media type of a header field (RFC 9110 section 8.3.1).
struct MediaType: Sendable {
    /// `application/json`, in lower case.
    let essence: String
    /// The parameters, names in lower case, values unquoted.
    let parameters: [String: String]

    /// Reads the value of `Content-Type` or one element of `Accept`; nil when it is none.
    init?(_ text: some StringProtocol) {
        let pieces = HeaderElements.split(String(text), at: UInt8(ascii: ";"))
        guard let first = pieces.first, first.split(separator: "/", omittingEmptySubsequences: false).count == 2 else {
            return nil
        }
        essence = first.lowercased()
        var parameters: [String: String] = [:]
        for piece in pieces.dropFirst() {
            let sides = piece.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { continue }
            let value = sides[1].hasPrefix("\"") ? sides[1].dropFirst().dropLast() : sides[1]
            parameters[sides[0].lowercased()] = String(value)
        }
        self.parameters = parameters
    }

    /// Whether an `Accept` field permits an answer of type `essence` (RFC 9110 section 12.5.1): the most specific
    /// element decides, and a weight of zero excludes. No field, or one without elements, permits everything.
    static func accepts(_ essence: String, _ accept: String?) -> Bool {
        let elements = HeaderElements.split(accept ?? "").compactMap { MediaType($0) }
        guard !elements.isEmpty else { return true }
        let group = essence.prefix { $0 != "/" } + "/*"
        for pattern in [essence, String(group), "*/*"] {
            let matching = elements.filter { $0.essence == pattern }
            if !matching.isEmpty { return matching.contains { !$0.isExcluded } }
        }
        return false
    }

    private var isExcluded: Bool {
        guard let weight = parameters["q"] else { return false }
        return weight.utf8.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
    }
}
