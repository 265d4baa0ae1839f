/// Flags as they were written: `--http.port 8080`, `--http.port=8080` or, as a shell user would type it, `--http-port=8080`.
///
/// A flag without a value (followed by another flag or by nothing) means `true`.
struct CommandLineFlags: Sendable, Equatable {
    /// The value by the environment name of the flag, which is the same for all spellings.
    private(set) var values: [String: String] = [:]
    /// The flag as it was written, by environment name.
    private(set) var spellings: [String: String] = [:]

    /// Splits arguments (without the program's name) into flags.
    ///
    /// - Throws: ``ConfigurationError`` for an argument that is not a flag, and for a flag given twice.
    init(_ arguments: [String]) throws(ConfigurationError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--"), argument.count > 2 else {
                throw Self.problem(Self.name(of: argument), "is not a flag; flags look like --http.port=8080")
            }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            if parts.count == 2 {
                try add(name, value: String(parts[1]))
            } else if let next = rest.first, !next.hasPrefix("--") {
                rest.removeFirst()
                try add(name, value: next)
            } else {
                try add(name, value: "true")
            }
        }
    }

    /// Takes a flag out, so that it is not looked for among the settings.
    mutating func remove(_ name: String) -> String? {
        spellings[EnvironmentName.derived(from: name)] = nil
        return values.removeValue(forKey: EnvironmentName.derived(from: name))
    }

    private mutating func add(_ name: String, value: String) throws(ConfigurationError) {
        let derived = EnvironmentName.derived(from: name)
        let key = EnvironmentName.aliases.first { $0.key == derived }?.value ?? derived
        guard values[key] == nil else { throw Self.problem("--\(name)", "is given twice") }
        values[key] = value
        spellings[key] = "--\(name)"
    }

    /// What may be told of an argument that was not understood: no value, and no URL, which may hold a password.
    private static func name(of argument: String) -> String {
        let name = argument.prefix { $0 != "=" }
        let isPlain = name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
        return isPlain ? String(name.prefix(80)) : "an argument"
    }

    private static func problem(_ argument: String, _ reason: String) -> ConfigurationError {
        ConfigurationError([.init(key: argument, source: "command line", reason: reason)])
    }
}
