/// How commands are run.
public struct CommandSettings: Hashable, Sendable {
    /// The only variable besides `MILLRACE_…` that a command sees.
    public var path: String
    /// Where a command is started.
    public var workingDirectory: String
    /// How long a command may take to end after it was asked to, before it is killed.
    public var grace: Duration
    /// Whether exit codes besides 0 and 75 may be retried; they are permanent otherwise.
    public var retriesOtherExits: Bool

    /// Makes settings.
    public init(
        path: String = "/usr/local/bin:/usr/bin:/bin", workingDirectory: String = "/",
        grace: Duration = .seconds(3), retriesOtherExits: Bool = false
    ) {
        self.path = path
        self.workingDirectory = workingDirectory
        self.grace = max(grace, .zero)
        self.retriesOtherExits = retriesOtherExits
    }
}
