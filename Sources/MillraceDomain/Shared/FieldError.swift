/// What is wrong with one value that came from outside.
public struct FieldError: Error, Hashable, Sendable {
    /// The kinds of fault, as machine words that stay the same.
    public enum Code: String, Sendable, CaseIterable {
        case missing = "missing"
        case unknownMember = "unknown_member"
        case wrongType = "wrong_type"
        case invalidFormat = "invalid_format"
        case outOfRange = "out_of_range"
        case tooLong = "too_long"
        case tooLarge = "too_large"
        case unknownKind = "unknown_kind"
        case notSupported = "not_supported"
    }

    /// A JSON Pointer into the document (RFC 6901), or the name of a parameter.
    public let pointer: String
    /// The kind of fault.
    public let code: Code
    /// A sentence for a person, without the value itself.
    public let detail: String

    /// Makes the fault.
    public init(_ pointer: String, _ code: Code, _ detail: String) {
        self.pointer = pointer
        self.code = code
        self.detail = detail
    }

    /// The same fault, seen from the document that holds this one at `prefix`.
    public func under(_ prefix: String) -> FieldError {
        FieldError(prefix + pointer, code, detail)
    }
}
