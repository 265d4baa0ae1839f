import MillraceDomain

extension User {
    /// Writes the user as clients see it.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.name("id")
        json.value(id.description)
        json.name("email")
        json.value(email.text)
        json.name("name")
        json.value(name.text)
        json.name("created_at")
        json.value(createdAt)
        json.name("updated_at")
        json.value(updatedAt)
        json.endObject()
    }
}

extension UserProfile {
    /// Reads `{email, name}`.
    ///
    /// - Throws: `DomainError.invalid` with every fault.
    init(json: JSONText) throws(DomainError) {
        var object = try JSONObject.open(json)
        let email = object.takeString("email", EmailAddress.init(_:))
        let name = object.takeString("name", UserName.init(_:))
        object.require(email, "email")
        object.require(name, "name")
        try object.finish()
        guard let email, let name else { throw .failure }
        self.init(email: email, name: name)
    }
}

/// A merge patch of a user's profile (RFC 7396).
struct UserPatch: Sendable {
    private let email: EmailAddress?
    private let name: UserName?

    /// Reads an object with some of `email` and `name`.
    ///
    /// - Throws: `DomainError.invalid` with every fault; to remove a member, which is what null means, is one.
    init(json: JSONText) throws(DomainError) {
        var object = try JSONObject.open(json)
        for (name, value) in json.members ?? [] where ["email", "name"].contains(name) && value.kind == .null {
            object.report(FieldError("/\(name)", .wrongType, "cannot be removed"))
        }
        email = object.takeString("email", EmailAddress.init(_:))
        name = object.takeString("name", UserName.init(_:))
        // A null is taken as absent, so that it must not be left over as unknown.
        _ = (object.take("email"), object.take("name"))
        try object.finish()
    }

    /// The profile of `user` with the patch's members in place of its own.
    func applied(to user: User) -> UserProfile {
        UserProfile(email: email ?? user.email, name: name ?? user.name)
    }
}
