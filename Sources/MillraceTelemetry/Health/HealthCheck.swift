/// One named question about something the process needs.
public struct HealthCheck: Sendable {
    /// What a failing check means for the process.
    public enum Importance: Sendable {
        /// The process cannot do its work: not ready.
        case critical
        /// The process works with less: `degraded`, still ready.
        case optional
    }

    /// The name under which the outcome is shown, such as `postgres`.
    public let name: String
    /// What a failure means.
    public let importance: Importance
    /// How long an answer may take.
    public let timeLimit: Duration
    /// Returns when the thing is usable, throws when it is not.
    public let probe: @concurrent @Sendable () async throws -> Void

    /// Takes the check's parts.
    ///
    /// - Parameters:
    ///   - timeLimit: Past it the check has failed, whether or not `probe` heeds its cancellation. 1.2 s when critical,
    ///     half of that when optional unless given: a report waits for all, and the loss of something critical shall be
    ///     told within two seconds.
    public init(
        _ name: String,
        _ importance: Importance,
        timeLimit: Duration? = nil,
        probe: @escaping @concurrent @Sendable () async throws -> Void
    ) {
        self.name = name
        self.importance = importance
        self.timeLimit = timeLimit ?? (importance == .critical ? .milliseconds(1200) : .milliseconds(600))
        self.probe = probe
    }
}
