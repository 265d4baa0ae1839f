import MillraceDomain

/// Takes known parameters out of a query, collecting every fault instead of stopping at the first.
struct QueryParameters {
    private var values: [String: String] = [:]
    private var faults: [FieldError] = []

    /// Splits a query into its parameters; one that is empty has none.
    init(_ query: Substring?) {
        for part in (query ?? "").split(separator: "&") {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(pieces[0], plusIsSpace: true),
                let value = PercentCoding.decode(pieces.count > 1 ? pieces[1] : "", plusIsSpace: true)
            else {
                report(String(pieces[0]), .invalidFormat, "is not percent-encoded UTF-8")
                continue
            }
            if values.updateValue(value, forKey: name) != nil {
                report(name, .invalidFormat, "is given more than once")
            }
        }
    }

    /// Takes a parameter and makes a value of it; what `make` throws is kept as a fault of that parameter.
    mutating func take<Value>(_ name: String, _ make: (String) throws(FieldError) -> Value) -> Value? {
        guard let text = values.removeValue(forKey: name) else { return nil }
        do {
            return try make(text)
        } catch {
            report(name, error.code, error.detail)
            return nil
        }
    }

    /// Takes a parameter that has one of a few values.
    mutating func take<Value>(_ name: String, among values: [String: Value]) -> Value? {
        take(name) { (text) throws(FieldError) in
            guard let value = values[text] else {
                throw FieldError("", .invalidFormat, "must be one of \(values.keys.sorted().joined(separator: ", "))")
            }
            return value
        }
    }

    /// Takes an RFC 3339 time.
    mutating func takeTime(_ name: String) -> Timestamp? {
        take(name) { (text) throws(FieldError) in
            guard let time = Timestamp(text) else {
                throw FieldError("", .invalidFormat, "must be an RFC 3339 time")
            }
            return time
        }
    }

    /// Every parameter not taken is unknown.
    ///
    /// - Throws: `DomainError.invalid` with all faults, if there is any.
    mutating func finish() throws(DomainError) {
        for name in values.keys.sorted() { report(name, .unknownMember, "is not a parameter here") }
        values = [:]
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    private mutating func report(_ name: String, _ code: FieldError.Code, _ detail: String) {
        faults.append(FieldError(name, code, detail))
    }
}
