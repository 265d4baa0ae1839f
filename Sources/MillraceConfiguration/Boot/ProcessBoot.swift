public import FoundationEssentials
public import Logging
import Metrics
public import MillraceTelemetry

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The first steps of every process: its settings are read, its log lines and metrics have a place to go.
public struct ProcessBoot: Sendable {
    /// What the process was told.
    public let settings: Settings
    /// The process's logger.
    public let logger: Logger
    /// What its admin port shows under `/metrics`.
    public let metrics: MetricsRegistry
    /// Its log level, which may change while it runs.
    public let logLevel: LogLevelSwitch

    /// Takes the first steps. Call it once, before anything logs or counts: both systems are the process's own.
    ///
    /// - Throws: ``ConfigurationError``.
    public static func start(
        _ role: ProcessRole, arguments: [String] = Array(CommandLine.arguments.dropFirst()),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ConfigurationError) -> ProcessBoot {
        let settings = try Settings.load(for: role, arguments: arguments, environment: environment)
        let level = LogLevelSwitch(settings.log.level)
        let format: LogFormat = settings.log.format == .json ? .json : .text
        LoggingSystem.bootstrap { label in format.makeHandler(label: label, level: level) }
        let metrics = MetricsRegistry()
        MetricsSystem.bootstrap(metrics)
        return ProcessBoot(
            settings: settings, logger: Logger(label: role.programName), metrics: metrics, logLevel: level)
    }

    /// Runs a process from its first step to its exit: 0 after an orderly end, 78 for a bad configuration, 1 for
    /// anything else, with one readable line on standard error.
    public static func main(_ role: ProcessRole, _ body: (ProcessBoot) async throws -> Void) async -> Never {
        let boot: ProcessBoot
        do { boot = try start(role) } catch {
            complain("\(role.programName): \(error)")
            exit(ConfigurationError.exitCode)
        }
        do {
            try await body(boot)
            exit(0)
        } catch let error as ConfigurationError {
            // What was told could be read, and what it names cannot be used.
            complain("\(role.programName): \(error)")
            exit(ConfigurationError.exitCode)
        } catch {
            boot.logger.critical("stopped by an error", metadata: ["error.message": "\(error)"])
            complain("\(role.programName): \(error)")
            exit(1)
        }
    }

    private static func complain(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        // The last word of a process has nowhere else to go when this fails.
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}

extension ProcessRole {
    /// What the program of this role is called.
    public var programName: String {
        switch self {
        case .api: "millrace-api"
        case .consumer: "millrace-consumer"
        case .cli: "millrace"
        }
    }
}
