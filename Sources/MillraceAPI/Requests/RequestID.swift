import MillraceDomain

/// The name under which a request is found in logs.
enum RequestID {
    /// The client's own, when it is at most 128 visible ASCII characters; else a new one.
    static func adopt(_ field: String?, ids: any IDGenerator) -> String {
        guard let field, (1...128).contains(field.utf8.count), field.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return ids.next().description }
        return field
    }
}
