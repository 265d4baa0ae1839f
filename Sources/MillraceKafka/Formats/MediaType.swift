/// What a content type says before its parameters.
enum MediaType {
    /// `type/subtype` in lower case, of a content type with or without parameters.
    static func essence(_ contentType: String) -> String {
        String(contentType.prefix { $0 != ";" }.filter { $0 != " " }).lowercased()
    }

    /// Whether it is JSON's.
    static func isJSON(_ essence: String) -> Bool {
        essence == "application/json" || essence == "text/json" || essence.hasSuffix("+json")
    }
}
