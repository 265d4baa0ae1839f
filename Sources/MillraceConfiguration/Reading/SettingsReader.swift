import Configuration

/// Reads settings from several places, strongest first, and remembers what it was asked for and what was wrong.
///
/// The decoding of ``Settings`` is the one list of known keys: a key that nobody asked for is unknown. A bad value never
/// falls back to a default in silence: the default only lets the decoding go on, so that all problems show at once.
struct SettingsReader {
    /// A key that was asked for.
    struct Declaration: Sendable, Equatable {
        let key: String
        let fallback: String?
        /// Whether any name below the key is fine: `kafka.properties.*`.
        var isPrefix = false
    }

    let role: ProcessRole
    let sources: [ConfigurationSource]
    private(set) var declarations: [Declaration] = []
    private(set) var problems: [ConfigurationError.Problem] = []
    /// What was read, as it was understood, but for secrets.
    private(set) var given: [String: String] = [:]

    init(role: ProcessRole, sources: [ConfigurationSource]) {
        self.role = role
        self.sources = sources
    }

    mutating func declare(_ key: String, fallback: String?, isPrefix: Bool = false) {
        declarations.append(Declaration(key: key, fallback: fallback, isPrefix: isPrefix))
    }

    mutating func report(_ key: String, source: String?, _ reason: String) {
        problems.append(.init(key: key, source: source, reason: reason))
    }

    mutating func report(_ error: ConfigurationError) {
        problems += error.problems
    }

    /// The name of the place that decides a key, for a check made after several values are known.
    func place(of key: String) -> String? {
        sources.first { $0.has(key) }?.label(for: key)
    }

    /// The value of the strongest place that has one, read as the first type that `parse` accepts.
    ///
    /// - Parameter expected: what the value must be, as the end of a sentence: «a whole number from 1 to 9».
    mutating func find<Value>(
        _ key: String, as types: ConfigType..., isSecret: Bool = false, expected: String,
        parse: (ConfigContent) -> Value?
    ) -> Value? {
        guard let source = sources.first(where: { $0.has(key) }) else { return nil }
        for type in types {
            // A value of another type is no content here; when no type fits, it is reported below.
            guard let content = try? source.content(for: key, type: type), let value = parse(content) else { continue }
            if !isSecret { given[key] = "\(value)" }
            return value
        }
        let written = try? source.content(for: key, type: .string)
        report(key, source: source.label(for: key), Self.reason(written, isSecret: isSecret, expected: expected))
        return nil
    }

    private static func reason(_ content: ConfigContent?, isSecret: Bool, expected: String) -> String {
        guard !isSecret, case .string(let text)? = content else { return "is not \(expected)" }
        return "\"\(text.prefix(80))\" is not \(expected)"
    }
}
