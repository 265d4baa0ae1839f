/// What to start: a program, its surroundings, and where its output goes.
struct Launch: Sendable {
    /// Where standard output and standard error go. Standard input is always empty.
    enum Output: Sendable {
        /// To where ours go.
        case inherited
        /// Line by line (at most 64 KiB each, without the line end) to a closure, on a thread of its own.
        case lines(@Sendable (String) -> Void)
    }

    /// For messages: `postgres`, `api`.
    var name: String
    /// An absolute path.
    var executable: String
    var arguments: [String] = []
    /// All of it: nothing is inherited.
    var environment: [String: String] = [:]
    var output: Output = .inherited
    /// The signal that the process gets when we die without stopping it, `KILL` unless it has better manners.
    var deathSignal = "KILL"
    /// The user and group to become, when we are root.
    var user: String?

    /// The program and arguments that are really executed: `setpriv` first, which gives up rights and arranges that the
    /// process does not outlive us, and then becomes the program.
    var commandLine: [String] {
        let identity = user.map { ["--reuid=\($0)", "--regid=\($0)", "--init-groups"] } ?? []
        return ["/usr/bin/setpriv"] + identity + ["--pdeathsig", deathSignal, "--", executable] + arguments
    }
}
