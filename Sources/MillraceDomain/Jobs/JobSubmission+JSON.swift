/// The JSON form of a submission. It is one published form with two carriers, the body of `POST /jobs` and a plain
/// record on a topic, and so it is read here once.
extension JobSubmission {
    /// Reads a submission.
    ///
    /// - Parameters:
    ///   - pointer: where `json` stands in its document.
    ///   - queue: the queue of a submission that names none.
    /// - Throws: `DomainError.invalid` with every fault.
    public init(
        json: JSONText, at pointer: String = "", queue: QueueName = .default, limits: SubmissionLimits
    ) throws(DomainError) {
        var object: JSONObject
        do { object = try JSONObject(json, at: pointer) } catch { throw .invalid([error]) }
        let id = object.takeString("id", JobID.init(field:))
        let kind = object.takeString("kind", JobKind.init(_:))
        let payload = object.takePayload("payload", limits)
        let named = object.takeString("queue", QueueName.init(_:))
        let orderingKey = object.takeString("ordering_key") { (text) throws(FieldError) in
            try OrderingKey.check(text)
            return text
        }
        let runAt = object.takeTime("run_at")
        let expiresAt = object.takeTime("expires_at")
        let priority = object.takeInteger("priority", in: 0...9)
        let maxAttempts = object.takeInteger("max_attempts", in: 1...100)
        let timeout = object.takeInteger("timeout_ms", in: 1...86_400_000)
        let retry = object.takeRetry("retry")
        let tags = object.takeTags("tags")
        let metadata = object.takeMetadata("metadata")
        let unique = object.takeUnique("unique")
        object.require(kind, "kind")
        try object.finish()
        guard let kind else { throw .failure }
        self.init(
            id: id, kind: kind, payload: payload ?? .emptyObject, queue: named ?? queue,
            orderingKey: orderingKey, runAt: runAt, expiresAt: expiresAt, priority: priority.map(Int.init) ?? 5,
            maxAttempts: maxAttempts.map(Int.init), timeout: timeout.map { .milliseconds($0) }, retry: retry,
            tags: tags ?? [], metadata: metadata ?? .emptyObject,
            unique: unique)
    }
}

extension Identifier {
    /// Reads an id from outside.
    ///
    /// - Throws: `FieldError` `invalid_format`.
    public init(field text: String) throws(FieldError) {
        guard let id = Self(text) else { throw FieldError("", .invalidFormat, "must be a UUID") }
        self = id
    }
}

extension JSONObject {
    fileprivate mutating func takePayload(_ name: String, _ limits: SubmissionLimits) -> JSONText? {
        guard let json = takeAny(name) else { return nil }
        do { try json.requirePayloadSize(limits) } catch { report(error.under("/" + name)) }
        return json
    }

    fileprivate mutating func takeRetry(_ name: String) -> RetryOverride? {
        take(name, "an object") { (json) throws(FieldError) -> RetryOverride? in
            guard json.kind == .object else { return nil }
            var object = try JSONObject(json)
            let base = object.takeInteger("base_ms", in: 1...86_400_000)
            let cap = object.takeInteger("cap_ms", in: 1...604_800_000)
            let maxAge = object.takeInteger("max_age_ms", in: 1...31_536_000_000)
            try object.finishAsMember()
            return RetryOverride(
                base: base.map { .milliseconds($0) }, cap: cap.map { .milliseconds($0) },
                maxAge: maxAge.map { .milliseconds($0) })
        }
    }

    fileprivate mutating func takeTags(_ name: String) -> [String]? {
        take(name, "an array of strings") { (json) throws(FieldError) in
            guard let elements = json.elements else { return nil }
            guard elements.count <= 20 else { throw FieldError("", .tooLong, "must have at most 20 tags") }
            var tags: [String] = []
            for (index, element) in elements.enumerated() {
                guard let tag = element.string else {
                    throw FieldError("/\(index)", .wrongType, "must be a string")
                }
                guard (1...64).contains(tag.unicodeScalars.count), !tag.utf8.contains(0) else {
                    throw FieldError("/\(index)", .outOfRange, "must have 1 to 64 characters, none of them NUL")
                }
                tags.append(tag)
            }
            return tags
        }
    }

    fileprivate mutating func takeMetadata(_ name: String) -> JSONText? {
        take(name, "an object of strings") { (json) throws(FieldError) in
            guard let members = json.members else { return nil }
            guard json.bytes.count <= 4096 else { throw FieldError("", .tooLarge, "must have at most 4096 bytes") }
            for (name, value) in members where value.kind != .string {
                throw FieldError("/" + JSONObject.escape(name), .wrongType, "must be a string")
            }
            return json
        }
    }

    fileprivate mutating func takeUnique(_ name: String) -> UniqueClaim? {
        take(name, "an object") { (json) throws(FieldError) -> UniqueClaim? in
            json.kind == .object ? try UniqueClaim(json) : nil
        }
    }

    /// Members whose promise is not kept yet are refused: an error beats a guarantee that silently does not hold.
    fileprivate mutating func refuse(_ names: String...) {
        for name in names where take(name) != nil {
            report(FieldError("/\(name)", .notSupported, "is not supported yet"))
        }
    }
}

extension JSONText {
    /// Passes when the text is no longer than a payload may be.
    ///
    /// - Throws: `FieldError` `too_large`.
    public func requirePayloadSize(_ limits: SubmissionLimits) throws(FieldError) {
        guard bytes.count <= limits.maxPayloadBytes else {
            throw FieldError("", .tooLarge, "must have at most \(limits.maxPayloadBytes) bytes")
        }
    }
}
