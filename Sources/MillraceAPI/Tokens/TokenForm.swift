import MillraceDomain

extension APIToken {
    /// Writes the token as clients see it; the secret only where it has just been made.
    func write(to json: inout JSONWriter, secret: TokenSecret? = nil) {
        json.beginObject()
        json.name("id")
        json.value(id.description)
        json.name("user_id")
        json.value(userID.description)
        json.name("name")
        json.value(name.text)
        json.name("scopes")
        json.beginArray()
        for scope in scopes.map(\.rawValue).sorted() { json.value(scope) }
        json.endArray()
        json.name("created_at")
        json.value(createdAt)
        json.name("expires_at")
        json.value(expiresAt)
        if let secret {
            json.name("token")
            json.value(secret.text)
        }
        json.endObject()
    }
}

extension TokenRequest {
    /// Reads `{name, scopes, expires_at?}`.
    ///
    /// - Throws: `DomainError.invalid` with every fault.
    init(json: JSONText) throws(DomainError) {
        var object = try JSONObject.open(json)
        let name = object.takeString("name", UserName.init(_:))
        let scopes = object.take("scopes", "an array of strings", Self.scopes)
        let expiresAt = object.takeTime("expires_at")
        object.require(name, "name")
        object.require(scopes, "scopes")
        try object.finish()
        guard let name, let scopes else { throw .failure }
        do { try self.init(name: name, scopes: scopes, expiresAt: expiresAt) } catch { throw .invalid([error]) }
    }

    private static func scopes(_ json: JSONText) throws(FieldError) -> Set<Scope>? {
        guard let elements = json.elements else { return nil }
        var scopes: Set<Scope> = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string else { throw FieldError("/\(index)", .wrongType, "must be a string") }
            guard let scope = Scope(rawValue: text) else {
                let known = Scope.allCases.map(\.rawValue).joined(separator: ", ")
                throw FieldError("/\(index)", .invalidFormat, "must be one of \(known)")
            }
            scopes.insert(scope)
        }
        return scopes
    }
}
