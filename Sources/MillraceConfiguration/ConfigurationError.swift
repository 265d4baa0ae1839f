/// Everything that is wrong with a configuration, found in one pass.
///
/// A process that catches this at boot prints ``description`` to standard error and exits with ``exitCode``.
/// No secret value is ever part of it.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One thing that is wrong: which key, where its value came from, and why it cannot be used.
    public struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The dotted key (`http.port`, `handlers.github.event.timeoutMs`), or the name as it was written.
        public let key: String
        /// Where it came from: `environment variable PORT`, `file /etc/millrace.yaml`, `flag --http.port`; nil when absent.
        public let source: String?
        /// What is wrong with it, in words.
        public let reason: String

        /// Names what is wrong; `reason` must not contain a secret.
        public init(key: String, source: String?, reason: String) {
            self.key = key
            self.source = source
            self.reason = reason
        }

        /// One line: key, source, reason.
        public var description: String {
            guard let source else { return "\(key): \(reason)" }
            return "\(key) (\(source)): \(reason)"
        }
    }

    /// The exit status for a bad configuration: `EX_CONFIG` of sysexits.h.
    public static let exitCode: Int32 = 78

    /// At least one, in the order in which they were found.
    public let problems: [Problem]

    /// Wraps what was found; `problems` is not empty.
    public init(_ problems: [Problem]) {
        self.problems = problems
    }

    /// One line when there is one problem, else a heading and a line for each.
    public var description: String {
        if problems.count == 1 { return "bad configuration: \(problems[0])" }
        return (["bad configuration:"] + problems.map { "  \($0)" }).joined(separator: "\n")
    }
}
