import Glibc
import Synchronization

/// A process that we started, in a process group of its own so that a Ctrl-C in the terminal reaches us alone.
///
/// A thread belongs to it for its whole life: the system sends the death signal of a process when the thread that
/// started it ends, so that thread must stay. The same thread waits for the end and reaps.
final class ChildProcess: Sendable {
    let name: String
    let pid: pid_t
    private let ended: Outcome<ExitStatus>
    private let outputEnded: Outcome<Void>
    private let isReaped: ReapState

    private init(
        name: String, pid: pid_t, ended: Outcome<ExitStatus>, outputEnded: Outcome<Void>, isReaped: ReapState
    ) {
        self.name = name
        self.pid = pid
        self.ended = ended
        self.outputEnded = outputEnded
        self.isReaped = isReaped
    }

    /// How it ended, if it has.
    var status: ExitStatus? { ended.current }

    /// Starts a process.
    ///
    /// - Throws: ``CommandFailure`` naming the program when it cannot be started. (A program that does not exist is seen
    ///   as an end with status 127, by `setpriv`.)
    static func start(_ launch: Launch) async throws -> ChildProcess {
        let ended = Outcome<ExitStatus>()
        let outputEnded = Outcome<Void>()
        let isReaped = ReapState()
        let pid = try await withCheckedThrowingContinuation { (started: CheckedContinuation<pid_t, any Error>) in
            do {
                try OwnThread.start {
                    let spawned = Result { try Spawn.run(launch, outputEnded: outputEnded) }
                    started.resume(with: spawned)
                    if case .success(let pid) = spawned { ended.set(isReaped.waitAndReap(pid)) }
                }
            } catch {
                started.resume(throwing: error)
            }
        }
        return ChildProcess(name: launch.name, pid: pid, ended: ended, outputEnded: outputEnded, isReaped: isReaped)
    }

    /// Waits for its end; nil when the waiting task is cancelled first.
    func wait() async -> ExitStatus? {
        await ended.wait()
    }

    /// Waits for its end for a limited time.
    func wait(atMost limit: Duration) async -> ExitStatus? {
        await ended.wait(atMost: limit)
    }

    /// Waits until all it wrote has been handed on, for at most a second.
    func waitForOutput() async {
        _ = await outputEnded.wait(atMost: .seconds(1))
    }

    /// Sends a signal to it; nothing when it has ended.
    func signal(_ signal: Int32) {
        isReaped.ifAlive { _ = kill(pid, signal) }
    }

    /// Sends a signal to it and to all of its process group; nothing when it has ended.
    func signalGroup(_ signal: Int32) {
        isReaped.ifAlive { _ = kill(-pid, signal) }
    }

    /// Ends it: a signal, a while, then `KILL` for the whole group. Runs to its end although the caller is cancelled.
    @discardableResult
    func stop(_ first: Int32 = SIGTERM, grace: Duration) async -> ExitStatus {
        await Task {
            signal(first)
            if let status = await wait(atMost: grace) { return status }
            signalGroup(SIGKILL)
            // KILL cannot be refused; a process stuck in the kernel is all that is left to wait for.
            return await wait(atMost: .seconds(5)) ?? .signalled(SIGKILL)
        }.value
    }
}

/// Guards a process id against use after it was reaped, when it may belong to someone else.
final class ReapState: Sendable {
    private let isReaped = Mutex(false)

    func ifAlive(_ body: () -> Void) {
        isReaped.withLock { if !$0 { body() } }
    }

    /// Blocks until the process has ended, kills what it left behind in its group, and reaps it.
    func waitAndReap(_ pid: pid_t) -> ExitStatus {
        var info = siginfo_t()
        // WNOWAIT leaves the zombie, so that the id of its group cannot be anyone else's yet.
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return isReaped.withLock { isReaped in
            _ = kill(-pid, SIGKILL)
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            isReaped = true
            let signal = status & 0x7F
            return signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
        }
    }
}
