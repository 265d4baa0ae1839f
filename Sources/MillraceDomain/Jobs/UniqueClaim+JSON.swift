/// The JSON form of a claim: the member `unique` of a submission and of a job, and how stores keep it.
extension UniqueClaim {
    /// Reads the member `unique`: `key`, `scope` (`active` unless given), `window_ms` exactly for the scope `window`,
    /// `on_conflict` (`return` unless given).
    ///
    /// - Throws: the first fault, its pointer seen from the member.
    public init(_ json: JSONText) throws(FieldError) {
        var object = try JSONObject(json)
        let key = object.takeString("key", Self.checked(key:))
        let scope = object.takeString("scope", ScopeWord.init(checked:))
        let window = object.takeInteger("window_ms", in: 1...31_536_000_000)
        let onConflict = object.takeString("on_conflict", Conflict.init(checked:))
        object.require(key, "key")
        if scope == .window {
            object.require(window, "window_ms")
        } else if window != nil {
            object.report(FieldError("/window_ms", .unknownMember, "is for the scope window only"))
        }
        try object.finishAsMember()
        self.init(
            key: key ?? "", scope: Scope(scope ?? .active, window.map { .milliseconds($0) }),
            onConflict: onConflict ?? .return)
    }

    /// Writes every member; `window_ms` is null where there is no window.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.name("key")
        json.value(key)
        json.name("scope")
        json.value(scope.word)
        json.name("window_ms")
        if case .window(let window) = scope { json.value(window.milliseconds) } else { json.null() }
        json.name("on_conflict")
        json.value(onConflict.rawValue)
        json.endObject()
    }

    /// What `write` writes.
    public var json: JSONText {
        var writer = JSONWriter(capacity: 128)
        write(to: &writer)
        return JSONText(stored: writer.bytes)
    }

    private static func checked(key: String) throws(FieldError) -> String {
        guard (1...255).contains(key.unicodeScalars.count), !key.utf8.contains(0) else {
            throw FieldError("", .outOfRange, "must have 1 to 255 characters, none of them NUL")
        }
        return key
    }
}

/// A scope without the length of its window.
private enum ScopeWord: String, CaseIterable {
    case active, forever, window

    init(checked word: String) throws(FieldError) {
        guard let scope = Self(rawValue: word) else {
            throw FieldError("", .invalidFormat, "must be active, forever or window")
        }
        self = scope
    }
}

extension UniqueClaim.Scope {
    /// Its name on the wire and in stores.
    public var word: String {
        switch self {
        case .active: ScopeWord.active.rawValue
        case .forever: ScopeWord.forever.rawValue
        case .window: ScopeWord.window.rawValue
        }
    }

    fileprivate init(_ word: ScopeWord, _ window: Duration?) {
        switch word {
        case .active: self = .active
        case .forever: self = .forever
        case .window: self = .window(window ?? .zero)
        }
    }
}

extension UniqueClaim.Conflict {
    fileprivate init(checked word: String) throws(FieldError) {
        guard let conflict = Self(rawValue: word) else {
            throw FieldError("", .invalidFormat, "must be return, reject or replace")
        }
        self = conflict
    }
}
