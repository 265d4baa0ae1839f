import MillraceDomain
import Yams

/// Commands and what binds them.
extension HandlerEntry {
    /// The programs of util-linux that bind commands; the worker starts commands through them.
    private static let limiter = "/usr/bin/prlimit"
    private static let depriver = "/usr/bin/setpriv"

    mutating func command(_ members: Node.Mapping) -> HandlerDriver? {
        refuse(members, except: ["argv", "limits", "user"])
        let limits = limits(members["limits"])
        var user: CommandUser?
        if let node = members["user"] { user = self.user(node) }
        guard let argv = argv(members) else { return nil }
        let target = CommandTarget(path: argv[0], arguments: Array(argv.dropFirst()), limits: limits, user: user)
        if role == .consumer { requireMeans(for: target) }
        return .command(target)
    }

    private mutating func argv(_ members: Node.Mapping) -> [String]? {
        let parts = members["argv"]?.sequence?.map(\.string)
        guard let parts, let argv = parts as? [String], argv.first?.hasPrefix("/") == true else {
            report("argv", "is not a list that starts with an absolute path")
            return nil
        }
        return argv
    }

    private mutating func limits(_ node: Node?) -> CommandLimits {
        guard let node else { return CommandLimits() }
        let known: Set = ["cpuSeconds", "memoryBytes", "fileBytes", "openFiles", "processes"]
        guard let members = node.mapping else {
            report("limits", "is not a mapping of \(known.sorted().joined(separator: ", "))")
            return CommandLimits()
        }
        refuse(members, except: known, below: "limits.")
        return CommandLimits(
            cpuSeconds: int("cpuSeconds", in: members, 1...86_400, below: "limits."),
            // With less no program starts.
            memoryBytes: int("memoryBytes", in: members, (16 << 20)...(1 << 50), below: "limits."),
            fileBytes: int("fileBytes", in: members, 0...(1 << 50), below: "limits."),
            openFiles: int("openFiles", in: members, 8...1_048_576, below: "limits."),
            processes: int("processes", in: members, 1...1_000_000, below: "limits."))
    }

    private mutating func user(_ node: Node) -> CommandUser? {
        guard let text = node.string, let user = UnixUser(text) else {
            report("user", "is not a user's name, nor a user's and a group's number as in 10002:10002")
            return nil
        }
        guard role == .consumer else { return .unresolved(text) }
        guard let ids = user.lookUp() else {
            report("user", "is not a user of this machine")
            return nil
        }
        if case .ids(user: 0, group: _, groups: _) = ids {
            report("user", "is root: who runs as root anyway leaves it out")
        }
        return ids
    }

    /// What cannot be kept is refused at boot, not when a job comes.
    private mutating func requireMeans(for target: CommandTarget) {
        if target.user != nil, !ProcessPrivileges.mayActForOthers() {
            report("user", "cannot be: this process may not become another user and end its processes")
        }
        if target.user == nil, target.limits.processes != nil, ProcessPrivileges.isRoot {
            report("limits.processes", "does not bind root, as whom this process runs: name a user too")
        }
        let binders = [(!target.limits.isEmpty, "limits", Self.limiter), (target.user != nil, "user", Self.depriver)]
        for case (true, let member, let program) in binders {
            if !ProgramFile.isThere(program) {
                report(member, "needs \(program) (of util-linux), which is not there")
            }
            if ProgramFile.isForShell(target.path) {
                report("argv", "names a file that is neither a program nor begins with #!")
            }
        }
    }
}
