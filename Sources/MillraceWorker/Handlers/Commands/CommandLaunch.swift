import MillraceDomain

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The words that start a command: its own, behind those of the programs that bind it and then become it.
///
/// Limits and users can only be set by the process that they bind, between its start and the program's, and whoever
/// starts processes by posix_spawn(3) has no say there. See docs/decisions/0012.
struct CommandLaunch {
    /// Sets limits on itself and becomes the program; of util-linux.
    static let limiter = "/usr/bin/prlimit"
    /// The same for user, groups, and `no_new_privs`, with which nobody regains by a set-user-ID file what they gave up;
    /// of util-linux.
    static let depriver = "/usr/bin/setpriv"

    let path: String
    let arguments: [String]
    /// Whether another program comes first.
    let isBound: Bool

    init(_ target: CommandTarget) {
        var words = [target.path] + target.arguments
        if !target.limits.isEmpty { words = [Self.limiter] + Self.options(target.limits) + words }
        if case .ids(let user, let group, let groups) = target.user {
            words = [Self.depriver] + Self.options(user, group, groups) + words
        }
        path = words[0]
        arguments = Array(words.dropFirst())
        isBound = path != target.path
    }

    /// Whether one of the binding programs has failed, and the command did not run.
    static func hasFailed(_ status: Int32, _ complaint: [UInt8]) -> Bool {
        let text = String(decoding: complaint, as: UTF8.self)
        return [1, 126, 127].contains(status) && (text.hasPrefix("prlimit: ") || text.hasPrefix("setpriv: "))
    }

    private static func options(_ user: UInt32, _ group: UInt32, _ groups: [UInt32]) -> [String] {
        let others = groups.isEmpty ? "--clear-groups" : "--groups=" + groups.map(String.init).joined(separator: ",")
        return ["--no-new-privs", "--reuid=\(user)", "--regid=\(group)", others]
    }

    private static func options(_ limits: CommandLimits) -> [String] {
        // What ends at a limit would leave an image of its memory.
        var options = ["--core=0"]
        if let seconds = limits.cpuSeconds {
            // At the first the process is told, by SIGXCPU; at the second it is killed, whatever it made of that.
            let (told, killed) = (capped(seconds, by: cpu), capped(seconds + 1, by: cpu))
            options.append("--cpu=\(told):\(killed)")
        }
        if let bytes = limits.memoryBytes { options.append("--as=\(capped(bytes, by: memory))") }
        if let bytes = limits.fileBytes { options.append("--fsize=\(capped(bytes, by: file))") }
        if let files = limits.openFiles { options.append("--nofile=\(capped(files, by: openFiles))") }
        if let count = limits.processes { options.append("--nproc=\(capped(count, by: processes))") }
        return options
    }

    #if canImport(Glibc)
        private static let cpu = Int32(RLIMIT_CPU.rawValue)
        private static let memory = Int32(RLIMIT_AS.rawValue)
        private static let file = Int32(RLIMIT_FSIZE.rawValue)
        private static let openFiles = Int32(RLIMIT_NOFILE.rawValue)
        private static let processes = Int32(__RLIMIT_NPROC.rawValue)
    #else
        private static let (cpu, memory, file) = (RLIMIT_CPU, RLIMIT_AS, RLIMIT_FSIZE)
        private static let (openFiles, processes) = (RLIMIT_NOFILE, RLIMIT_NPROC)
    #endif

    /// Nobody but root may exceed the limits of this process.
    private static func capped(_ value: Int, by resource: Int32) -> Int {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return value }
        return Int(min(rlim_t(value), limit.rlim_max))
    }
}
