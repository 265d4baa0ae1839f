import MillraceDomain

extension DeadLetterFilter {
    /// Takes the filters of `GET /dead-letters` out of its query; faults stay there.
    init(_ query: inout QueryParameters) {
        self.init()
        sort = query.take("type", Self.sort)
        owner = query.take("owner_id", Self.owner)
        queue = query.take("queue", QueueName.init(_:))
        kind = query.take("kind", JobKind.init(_:))
        code = query.take("code", Self.code)
        diedAfter = query.takeTime("died_after")
        diedBefore = query.takeTime("died_before")
    }

    /// Reads the same filters, and `ids`, from an object.
    ///
    /// - Throws: the first fault.
    init(json: JSONText) throws(FieldError) {
        self.init()
        var object = try JSONObject(json)
        sort = object.takeString("type", Self.sort)
        owner = object.takeString("owner_id", Self.owner)
        queue = object.takeString("queue", QueueName.init(_:))
        kind = object.takeString("kind", JobKind.init(_:))
        code = object.takeString("code", Self.code)
        diedAfter = object.takeTime("died_after")
        diedBefore = object.takeTime("died_before")
        ids = object.take("ids", "a list of UUIDs", Self.ids)
        try object.finishAsMember()
    }

    /// The filters as names and values, for cursors and links.
    var parameters: KeyValuePairs<String, String?> {
        [
            "type": sort?.rawValue, "owner_id": owner?.description, "queue": queue?.text, "kind": kind?.text,
            "code": code, "died_after": diedAfter?.precise, "died_before": diedBefore?.precise,
        ]
    }

    /// Everything that tells this filter from others, names and values in turn.
    var digested: [String] {
        parameters.flatMap { name, value in value.map { [name, $0] } ?? [] }
            + (ids ?? []).flatMap { ["ids", $0.description] }
    }

    /// Writes the filter as it can be sent again.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        for (name, value) in parameters {
            guard let value else { continue }
            json.name(name)
            json.value(value)
        }
        if let ids {
            json.name("ids")
            json.beginArray()
            for id in ids { json.value(id.description) }
            json.endArray()
        }
        json.endObject()
    }

    private static func sort(_ text: String) throws(FieldError) -> Sort {
        guard let sort = Sort(rawValue: text) else {
            throw FieldError("", .invalidFormat, "must be one of job, record")
        }
        return sort
    }

    private static func owner(_ text: String) throws(FieldError) -> UserID {
        guard let id = UserID(text) else { throw FieldError("", .invalidFormat, "must be a UUID") }
        return id
    }

    private static func code(_ text: String) throws(FieldError) -> String {
        guard (1...255).contains(text.unicodeScalars.count), !text.utf8.contains(0) else {
            throw FieldError("", .outOfRange, "must have 1 to 255 characters, none of them NUL")
        }
        return text
    }

    private static func ids(_ json: JSONText) throws(FieldError) -> [UniqueID]? {
        guard let elements = json.elements else { return nil }
        guard (1...maxIDs).contains(elements.count) else {
            throw FieldError("", .outOfRange, "must name 1 to \(maxIDs) dead letters")
        }
        var ids: [UniqueID] = []
        for (index, element) in elements.enumerated() {
            guard let id = element.string.flatMap({ UniqueID($0) }) else {
                throw FieldError("/\(index)", .invalidFormat, "must be a UUID")
            }
            ids.append(id)
        }
        return ids
    }
}
