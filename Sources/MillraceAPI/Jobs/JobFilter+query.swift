import MillraceDomain

extension JobFilter {
    /// Takes the filters of `GET /jobs` out of its query; faults stay there.
    init(_ query: inout QueryParameters) {
        self.init()
        owner = query.take("owner_id") { (text) throws(FieldError) in
            guard let id = UserID(text) else { throw FieldError("", .invalidFormat, "must be a UUID") }
            return id
        }
        state = query.take(
            "state", among: Dictionary(uniqueKeysWithValues: JobState.allCases.map { ($0.rawValue, $0) }))
        queue = query.take("queue", QueueName.init(_:))
        kind = query.take("kind", JobKind.init(_:))
        orderingKey = query.take("ordering_key") { (text) throws(FieldError) in
            try OrderingKey.check(text)
            return text
        }
        tag = query.take("tag") { (text) throws(FieldError) in try Self.words(text, atMost: 64) }
        createdAfter = query.takeTime("created_after")
        createdBefore = query.takeTime("created_before")
    }

    /// The filters as names and values, for the cursor and the link to the next page.
    var parameters: KeyValuePairs<String, String?> {
        [
            "owner_id": owner?.description, "state": state?.rawValue, "queue": queue?.text, "kind": kind?.text,
            "ordering_key": orderingKey,
            "tag": tag, "created_after": createdAfter?.precise, "created_before": createdBefore?.precise,
        ]
    }

    private static func words(_ text: String, atMost limit: Int) throws(FieldError) -> String {
        guard (1...limit).contains(text.unicodeScalars.count), !text.utf8.contains(0) else {
            throw FieldError("", .outOfRange, "must have 1 to \(limit) characters, none of them NUL")
        }
        return text
    }
}

extension Timestamp {
    /// The RFC 3339 form with microseconds: a filter must not change on its way through a link.
    var precise: String {
        let rest = microseconds % 1000
        let digits = String(rest < 0 ? rest + 1000 : rest)
        let padding = String(repeating: "0", count: 3 - digits.count)
        return "\(description.dropLast())\(padding)\(digits)Z"
    }
}
