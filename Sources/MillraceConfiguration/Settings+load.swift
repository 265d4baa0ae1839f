import Configuration
public import FoundationEssentials

extension Settings {
    /// Reads the configuration: flags before environment before file (`MILLRACE_CONFIG`, YAML) before defaults.
    ///
    /// Nothing is read but the given arguments and environment and the files they name. Blocking file reads: call it at
    /// boot or off Swift's cooperative pool.
    ///
    /// - Parameters:
    ///   - role: the executable; decides a few defaults and what must be present.
    ///   - arguments: without the program's name.
    ///   - environment: all of it; unknown variables are other people's.
    /// - Throws: ``ConfigurationError`` with every problem: a bad value, a missing one, an unknown flag or file key.
    public static func load(
        for role: ProcessRole,
        arguments: [String] = Array(CommandLine.arguments.dropFirst()),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationError) -> Settings {
        var flags = try CommandLineFlags(arguments)
        let (variables, aliases) = EnvironmentName.resolvingAliases(in: environment)
        let path = flags.remove("millrace.config") ?? flags.remove("config") ?? variables["MILLRACE_CONFIG"]
        let file = try path.map(ConfigurationFile.init(path:))
        let sources = [
            flags.source,
            ConfigurationSource(
                place: .environment(aliases: aliases), variables: variables),
            file?.source,
        ].compactMap { $0 }

        var values = SettingsReader(role: role, sources: sources)
        let settings = Settings(
            reading: &values, handlers: HandlerDecoder(file: file, environment: environment))
        values.reportUnknownNames()
        guard values.problems.isEmpty else { throw ConfigurationError(values.problems) }
        return settings
    }

    /// Every key that is known, with its default: what a reference table lists.
    public static func knownKeys(for role: ProcessRole) -> [(key: String, environment: String, fallback: String?)] {
        var values = SettingsReader(role: role, sources: [])
        _ = Settings(reading: &values, handlers: HandlerDecoder(file: nil, environment: [:]))
        return values.declarations.map { ($0.key, EnvironmentName.derived(from: $0.key), $0.fallback) }
    }
}

extension CommandLineFlags {
    var source: ConfigurationSource {
        ConfigurationSource(place: .flags(spellings: spellings), variables: values)
    }
}

extension ConfigurationSource {
    /// A place whose values are texts by environment name.
    init(place: Place, variables: [String: String]) {
        self.init(
            place: place,
            snapshot: EnvironmentVariablesProvider(environmentVariables: variables).snapshot(),
            written: variables.mapValues { $0 })
    }
}
