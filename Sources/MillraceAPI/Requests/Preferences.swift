/// What a client would like beyond what it asks for (`Prefer`, RFC 7240).
struct Preferences: Sendable {
    /// How long a request may be held; longer wishes are cut to this.
    static let longestWait = 60

    /// How many seconds the client is willing to wait, 1–60; nil when it says nothing, or nothing that makes sense:
    /// preferences that cannot be honoured are ignored (section 2).
    let wait: Int?

    /// Reads the field's value.
    init(_ field: String?) {
        guard let field else {
            wait = nil
            return
        }
        var wait: Int?
        for element in HeaderElements.split(field) where wait == nil {
            // Parameters of a preference follow its value after a semicolon.
            let sides = (HeaderElements.split(String(element), at: UInt8(ascii: ";")).first ?? "")
                .split(separator: "=", maxSplits: 1)
            guard sides.count == 2, HeaderElements.trim(sides[0]).lowercased() == "wait" else { continue }
            let value = HeaderElements.trim(sides[1]).filter { $0 != "\"" }
            wait = value.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(value.prefix(9)) : nil
        }
        self.wait = wait.flatMap { $0 >= 1 ? min($0, Self.longestWait) : nil }
    }
}
