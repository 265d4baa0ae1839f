import FoundationEssentials
import Glibc
import Synchronization

/// `posix_spawn` with everything set that a long-lived child needs.
enum Spawn {
    /// One at a time, so that the pipe of one child is never seen half-made by another.
    private static let turn = Mutex(())

    /// Starts the process and, if its output is wanted, a thread that hands it on.
    static func run(_ launch: Launch, outputEnded: Outcome<Void>) throws -> pid_t {
        try turn.withLock { _ in try runAlone(launch, outputEnded: outputEnded) }
    }

    private static func runAlone(_ launch: Launch, outputEnded: Outcome<Void>) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)

        let pipe = try outputPipe(launch.output, &actions)
        // No descriptor but these three: a lock or a listening socket of ours must not live on in a child.
        for descriptor in openDescriptors() where descriptor > 2 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        let spawned = Result { try spawn(launch, &actions) }
        if let pipe { close(pipe.write) }
        do {
            let pid = try spawned.get()
            if let pipe, case .lines(let hand) = launch.output {
                try OwnThread.start {
                    LineReader(descriptor: pipe.read).forEachLine(hand)
                    outputEnded.set(())
                }
            } else {
                outputEnded.set(())
            }
            return pid
        } catch {
            if let pipe { close(pipe.read) }
            throw error
        }
    }

    private static func outputPipe(
        _ output: Launch.Output, _ actions: inout posix_spawn_file_actions_t
    ) throws -> (read: Int32, write: Int32)? {
        guard case .lines = output else { return nil }
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw CommandFailure("cannot make a pipe: \(SystemError.last)") }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        return (ends[0], ends[1])
    }

    private static func openDescriptors() -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { Int32($0) }
    }

    private static func spawn(_ launch: Launch, _ actions: inout posix_spawn_file_actions_t) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        // Signals that we ignore or block would stay so in the child.
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let command = launch.commandLine
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = launch.environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in arguments + environment { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, command[0], &actions, &attributes, &arguments, &environment)
        guard code == 0 else {
            throw CommandFailure("cannot start \(launch.name) (\(launch.executable)): \(SystemError.text(code))")
        }
        return pid
    }
}
