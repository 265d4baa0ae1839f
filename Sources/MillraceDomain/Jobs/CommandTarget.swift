/// A program on the consumer's machine, and what binds it.
public struct CommandTarget: Hashable, Sendable {
    /// An absolute path.
    public let path: String
    /// What follows the path on its command line; nothing reads them but the program.
    public let arguments: [String]
    /// What it may use.
    public let limits: CommandLimits
    /// As whom it runs; nil for the consumer's own user.
    public let user: CommandUser?

    /// Makes a target.
    public init(path: String, arguments: [String], limits: CommandLimits = CommandLimits(), user: CommandUser? = nil) {
        self.path = path
        self.arguments = arguments
        self.limits = limits
        self.user = user
    }
}

/// What a command may use; nil where it may use what the consumer may.
///
/// Each but ``processes`` binds each process of the command by itself. Source: getrlimit(2).
public struct CommandLimits: Hashable, Sendable {
    /// Seconds of processor time; past them the process is ended.
    public let cpuSeconds: Int?
    /// Bytes of address space; past them no memory is given.
    public let memoryBytes: Int?
    /// Bytes of a file that is written; past them the process is ended.
    public let fileBytes: Int?
    /// Files open at once.
    public let openFiles: Int?
    /// Processes and threads of the command's user at once, whoever started them; does not bind root.
    public let processes: Int?

    /// Makes limits.
    public init(
        cpuSeconds: Int? = nil, memoryBytes: Int? = nil, fileBytes: Int? = nil, openFiles: Int? = nil,
        processes: Int? = nil
    ) {
        self.cpuSeconds = cpuSeconds
        self.memoryBytes = memoryBytes
        self.fileBytes = fileBytes
        self.openFiles = openFiles
        self.processes = processes
    }

    /// Whether nothing is limited.
    public var isEmpty: Bool { self == CommandLimits() }
}

/// As whom a command runs.
public enum CommandUser: Hashable, Sendable {
    /// Numbers that a process takes on: its user, its group, and all its further groups.
    case ids(user: UInt32, group: UInt32, groups: [UInt32])
    /// A name that this process has not looked up, because it runs no commands. Nothing runs as that.
    case unresolved(String)
}
