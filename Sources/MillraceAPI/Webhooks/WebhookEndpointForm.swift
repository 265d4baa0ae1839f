import MillraceDomain

extension WebhookEndpoint {
    /// Writes the endpoint as clients see it: of headers the names alone, the key only where it has just been made.
    func write(to json: inout JSONWriter, secret: (shown: WebhookSecret, key: WebhookKey)? = nil) {
        json.beginObject()
        json.name("id")
        json.value(id.description)
        json.name("owner_id")
        json.value(ownerID.description)
        json.name("name")
        json.value(profile.name.text)
        json.name("url")
        json.value(profile.url.text)
        json.name("header_names")
        json.beginArray()
        for name in profile.headers.names { json.value(name) }
        json.endArray()
        json.name("concurrency")
        json.value(profile.concurrency)
        json.name("rate")
        json.value(profile.rate.map(Int64.init))
        json.name("enabled")
        json.value(profile.isEnabled)
        json.name("disabled_reason")
        json.value(disabledReason)
        json.name("closed_until")
        json.value(closedUntil)
        json.name("created_at")
        json.value(createdAt)
        json.name("updated_at")
        json.value(updatedAt)
        if let secret {
            json.name("secret")
            secret.shown.write(to: &json, key: secret.key)
        }
        json.endObject()
    }
}

extension WebhookSecret {
    /// Writes the secret as clients see it; the key only where it has just been made, as Standard Webhooks spells it.
    func write(to json: inout JSONWriter, key: WebhookKey? = nil) {
        json.beginObject()
        json.name("id")
        json.value(id.description)
        json.name("created_at")
        json.value(createdAt)
        json.name("expires_at")
        json.value(expiresAt)
        if let key {
            json.name("secret")
            json.value("whsec_" + Base64.encode(key.bytes))
        }
        json.endObject()
    }
}

extension WebhookEndpointProfile {
    /// Reads `{name, url, headers?, concurrency?, rate?, enabled?}`.
    ///
    /// - Throws: `DomainError.invalid` with every fault.
    init(json: JSONText, allowingPlain: Bool) throws(DomainError) {
        var object = try JSONObject.open(json)
        let name = object.takeString("name", WebhookEndpointName.init(_:))
        let url = object.takeURL(allowingPlain: allowingPlain)
        let headers = object.take("headers", "an object of strings") { (json) throws(FieldError) -> WebhookHeaders? in
            guard let values = json.headerValues else { return nil }
            return try WebhookHeaders(values.compactMapValues(\.self))
        }
        let concurrency = object.takeInteger("concurrency", in: Self.concurrencies)
        let rate = object.takeInteger("rate", in: Self.rates)
        let isEnabled = object.take("enabled", "true or false") { (json) throws(FieldError) in json.boolean }
        object.require(name, "name")
        object.require(url, "url")
        try object.finish()
        guard let name, let url else { throw .failure }
        self.init(name: name, url: url)
        if let headers { self.headers = headers }
        if let concurrency { self.concurrency = Int(concurrency) }
        self.rate = rate.map(Int.init)
        if let isEnabled { self.isEnabled = isEnabled }
    }
}

extension JSONObject {
    fileprivate mutating func takeURL(allowingPlain: Bool) -> WebhookURL? {
        takeString("url") { (text) throws(FieldError) in try WebhookURL(text, allowingPlain: allowingPlain) }
    }
}

extension JSONText {
    /// An object's members, of which each is a string, or nil for null; nil for anything else.
    fileprivate var headerValues: [String: String?]? {
        guard let members else { return nil }
        var values: [String: String?] = [:]
        for (name, value) in members {
            guard value.kind == .null || value.string != nil else { return nil }
            values.updateValue(value.string, forKey: name)
        }
        return values
    }
}

/// A merge patch of an endpoint (RFC 7396).
struct WebhookEndpointPatch: Sendable {
    private let name: WebhookEndpointName?
    private let url: WebhookURL?
    private let headers: [String: String?]?
    private let concurrency: Int64?
    /// Absent, or perhaps null.
    private let rate: Int64??
    private let isEnabled: Bool?

    /// Reads an object with some of an endpoint's members. A null removes a rate or a header; nothing else can go.
    ///
    /// - Throws: `DomainError.invalid` with every fault.
    init(json: JSONText, allowingPlain: Bool) throws(DomainError) {
        var object = try JSONObject.open(json)
        let nulls = Set((json.members ?? []).filter { $0.value.kind == .null }.map(\.name))
        for name in ["name", "url", "headers", "concurrency", "enabled"] where nulls.contains(name) {
            object.report(FieldError("/\(name)", .wrongType, "cannot be removed"))
        }
        name = object.takeString("name", WebhookEndpointName.init(_:))
        url = object.takeURL(allowingPlain: allowingPlain)
        headers = object.take("headers", "an object of strings") { (json) throws(FieldError) in json.headerValues }
        concurrency = object.takeInteger("concurrency", in: WebhookEndpointProfile.concurrencies)
        let number = object.takeInteger("rate", in: WebhookEndpointProfile.rates)
        rate = nulls.contains("rate") ? .some(nil) : number.map { .some($0) }
        isEnabled = object.take("enabled", "true or false") { (json) throws(FieldError) in json.boolean }
        // A null is taken as absent, so that it must not be left over as unknown.
        for name in nulls where ["name", "url", "headers", "concurrency", "rate", "enabled"].contains(name) {
            _ = object.take(name)
        }
        try object.finish()
    }

    /// The profile with the patch's members in place of its own.
    ///
    /// - Throws: `DomainError.invalid` for headers that cannot be.
    func applied(to profile: WebhookEndpointProfile) throws(DomainError) -> WebhookEndpointProfile {
        var patched = profile
        if let name { patched.name = name }
        if let url { patched.url = url }
        if let concurrency { patched.concurrency = Int(concurrency) }
        if let rate { patched.rate = rate.map(Int.init) }
        if let isEnabled { patched.isEnabled = isEnabled }
        guard let headers else { return patched }
        var values = profile.headers.values
        for (name, value) in headers { values[name.lowercased()] = value }
        do { patched.headers = try WebhookHeaders(values) } catch { throw .invalid([error.under("/headers")]) }
        return patched
    }
}
