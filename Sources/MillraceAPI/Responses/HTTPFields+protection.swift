import HTTPTypes

extension HTTPFields {
    /// Adds what every answer says to browsers, whoever gives it, where it does not say otherwise: that it is what it
    /// claims to be, may do nothing, is no part of other pages, and is not kept.
    mutating func protect() {
        self[.xContentTypeOptions] = "nosniff"
        self[.referrerPolicy] = "no-referrer"
        self[.crossOriginResourcePolicy] = "same-origin"
        if self[.contentSecurityPolicy] == nil {
            self[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        if self[.cacheControl] == nil { self[.cacheControl] = "no-store" }
    }
}

extension HTTPField.Name {
    // A token (RFC 9110 section 5.6.2), which is all that the initialiser checks.
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
