import MillraceDomain

extension AuditFilter {
    /// Takes `actor`, `action`, `subject`, `since` and `until`.
    init(_ query: inout QueryParameters) {
        self.init()
        actor = query.take("actor") { (text) throws(FieldError) in
            if let id = UniqueID(text) { return .id(id) }
            return .process(try Self.word(text, "must be the id of a user or a token, or a process's word"))
        }
        action = query.take("action") { (text) throws(FieldError) in
            AuditAction(stored: try Self.word(text, "must be a dotted word, such as token.revoke"))
        }
        let subject = query.take("subject") { (text) throws(FieldError) in
            let sides = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let type = try Self.word(String(sides[0]), "must be a type, or type:id, such as job or queue:default")
            guard sides.count == 2 else { return (type: type, id: String?.none) }
            return (type: type, id: try Self.subjectID(sides[1]))
        }
        subjectType = subject?.type
        subjectID = subject?.id
        since = query.takeTime("since")
        until = query.takeTime("until")
    }

    /// The same filter, however it was spelt.
    var canonical: KeyValuePairs<String, String?> {
        let subject = subjectType.map { type in subjectID.map { "\(type):\($0)" } ?? type }
        return [
            "actor": actorText, "action": action?.word, "subject": subject, "since": since?.precise,
            "until": until?.precise,
        ]
    }

    private var actorText: String? {
        switch actor {
        case .id(let id)?: id.description
        case .process(let name)?: name
        case nil: nil
        }
    }

    private static func word(_ text: String, _ rule: String) throws(FieldError) -> String {
        let isWord = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: ".")
                || byte == UInt8(ascii: "_")
        }
        guard isWord, (1...64).contains(text.utf8.count) else { throw FieldError("", .invalidFormat, rule) }
        return text
    }

    /// Ids in the spelling in which they are kept, names as they are.
    private static func subjectID(_ text: Substring) throws(FieldError) -> String {
        if let id = UniqueID(text) { return id.description }
        guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw FieldError("", .invalidFormat, "must name an id or a name after the colon")
        }
        return String(text)
    }
}
