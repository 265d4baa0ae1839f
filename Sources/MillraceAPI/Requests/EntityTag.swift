import Crypto
import MillraceDomain

/// A strong validator of a representation (RFC 9110 section 8.8.3), quotes included.
struct EntityTag: Hashable, Sendable {
    /// What stands in the header field.
    let text: String

    /// The tag of a representation by its content: it changes exactly when a byte of it does.
    init(of content: [UInt8]) {
        text = "\"\(Base64.encodeForURL(Array(SHA256.hash(data: content).prefix(16))))\""
    }

    /// The tag of something whose version is a time that strictly increases.
    init(version: Timestamp) {
        text = "\"\(String(version.microseconds, radix: 36))\""
    }

    /// Whether `If-None-Match` names this tag, weakly compared (RFC 9110 section 13.1.2).
    func isIn(ifNoneMatch field: String?) -> Bool {
        guard let field else { return false }
        return HeaderElements.split(field).contains { element in
            element == "*" || (element.hasPrefix("W/") ? element.dropFirst(2) : element) == text
        }
    }

    /// Whether `If-Match` holds for this tag, strongly compared (RFC 9110 section 13.1.1); it does when there is none.
    func passes(ifMatch field: String?) -> Bool {
        guard let field else { return true }
        return HeaderElements.split(field).contains { $0 == "*" || $0 == text }
    }
}
