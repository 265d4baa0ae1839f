/// Where a request is directed: a path and perhaps a query (RFC 9112 section 3.2).
struct RequestTarget: Sendable {
    /// The path as sent.
    let path: String
    /// What follows the question mark.
    let query: Substring?

    /// Takes the target of a request line, in origin or absolute form.
    init(_ text: String) {
        let origin = Self.origin(of: text)
        guard let mark = origin.firstIndex(of: "?") else {
            path = String(origin)
            query = nil
            return
        }
        path = String(origin[..<mark])
        query = origin[origin.index(after: mark)...]
    }

    /// Proxies send the absolute form; the authority in it has been read from `Host` already.
    private static func origin(of text: String) -> Substring {
        for scheme in ["http://", "https://"] where text.hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count)
            guard let slash = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "/" }
            return rest[slash...]
        }
        return text[...]
    }
}
