/// Why some bytes are not a JSON document we accept, and where.
public struct JSONError: Error, Hashable, Sendable {
    /// The faults, stricter than RFC 8259 where interoperability (RFC 7493) asks for it.
    public enum Reason: String, Sendable, CaseIterable {
        case unexpectedEnd = "the document ends too early"
        case unexpectedByte = "a character that cannot stand here"
        case invalidUTF8 = "not valid UTF-8"
        case invalidEscape = "an unknown escape in a string"
        case loneSurrogate = "half of a surrogate pair in a string"
        case controlCharacter = "an unescaped control character in a string"
        case invalidNumber = "a number that is not spelt as JSON spells numbers"
        case duplicateMember = "a member that occurs twice in one object"
        case tooDeep = "nested too deeply"
        case trailingContent = "something after the end of the document"
    }

    /// The fault.
    public let reason: Reason
    /// The position of the byte at which it was noticed, from 0.
    public let offset: Int
}
