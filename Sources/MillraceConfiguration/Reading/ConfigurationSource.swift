import Configuration

/// One place that values come from, with the words to name it in an error.
struct ConfigurationSource: Sendable {
    /// What kind of place it is; strongest first in the order of precedence.
    enum Place: Sendable, Equatable {
        /// The value is the flag as it was written, by environment name.
        case flags(spellings: [String: String])
        /// The value is the name under which a derived variable was really given: `HTTP_PORT` → `PORT`.
        case environment(aliases: [String: String])
        case file(path: String)
    }

    let place: Place
    let snapshot: any ConfigSnapshot
    /// What was written there: by dotted key in a file (nil: a key without a value), by environment name elsewhere.
    let written: [String: String?]

    /// Whether this place says anything about a key.
    func has(_ key: String) -> Bool {
        switch place {
        case .file: written[key].flatMap { $0 } != nil
        case .flags, .environment: written[EnvironmentName.derived(from: key)] != nil
        }
    }

    /// The value for a key, nil when this place has none. Throws when it has one of another type.
    func content(for key: String, type: ConfigType) throws -> ConfigContent? {
        guard has(key) else { return nil }
        let components = key.split(separator: ".").map(String.init)
        return try snapshot.value(forKey: AbsoluteConfigKey(components), type: type).value?.content
    }

    /// What is written below a prefix whose names are free, by the rest of the name.
    func entries(below prefix: String) -> [String: String] {
        var entries: [String: String] = [:]
        for case (let name, let value?) in written {
            switch place {
            case .file where name.hasPrefix(prefix + "."):
                entries[String(name.dropFirst(prefix.count + 1))] = value
            case .flags, .environment:
                let start = EnvironmentName.derived(from: prefix) + "_"
                guard name.hasPrefix(start) else { continue }
                let rest = name.dropFirst(start.count).lowercased()
                entries[String(rest.map { $0 == "_" ? "." : $0 })] = value
            case .file: continue
            }
        }
        return entries
    }

    /// How an error names this place for a key.
    func label(for key: String) -> String {
        switch place {
        case .flags(let spellings):
            "flag \(spellings[EnvironmentName.derived(from: key)] ?? "--\(key)")"
        case .environment(let aliases):
            "environment variable \(aliases[EnvironmentName.derived(from: key)] ?? EnvironmentName.derived(from: key))"
        case .file(let path):
            "file \(path)"
        }
    }
}
