import MillraceDomain

/// What a `users.import` job asks for: `{"ndjson": "…"}` or `{"file": "name.ndjson"}`, and `"on_error"`.
struct ImportRequest: Sendable {
    /// Where the lines are.
    enum Source: Sendable {
        case text([UInt8])
        case file(String)
    }

    /// What a bad line means.
    enum BadLines: String, Sendable {
        /// Nothing is imported.
        case abort
        /// The good ones are imported.
        case skip
    }

    let source: Source
    let badLines: BadLines

    /// Reads a payload.
    ///
    /// - Throws: `JobFailure`, permanent.
    init(_ payload: JSONText) throws(JobFailure) {
        do {
            var object = try JSONObject(payload)
            let text = object.takeString("ndjson") { Array($0.utf8) }
            let file = object.takeString("file") { $0 }
            let badLines = object.takeString("on_error") { (word) throws(FieldError) in
                guard let badLines = BadLines(rawValue: word) else {
                    throw FieldError("", .invalidFormat, "must be abort or skip")
                }
                return badLines
            }
            try object.finish()
            self.badLines = badLines ?? .abort
            switch (text, file) {
            case (let text?, nil): source = .text(text)
            case (nil, let file?): source = .file(file)
            default: throw JobFailure.permanent("invalid_payload", "Exactly one of ndjson and file is required.")
            }
        } catch let failure as JobFailure {
            throw failure
        } catch DomainError.invalid(let faults) {
            throw .permanent("invalid_payload", faults.map { "\($0.pointer) \($0.detail)" }.joined(separator: "; "))
        } catch {
            throw .permanent("invalid_payload", "The payload must be an object.")
        }
    }
}
