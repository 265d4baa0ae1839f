import MillraceDomain
import Subprocess

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Does a job by running a program: the payload on its standard input, facts about the job in its environment, its
/// result on its standard output. No shell, no inherited descriptors, a process group of its own.
struct CommandHandler: JobHandler {
    let target: CommandTarget
    let settings: CommandSettings

    /// `EX_TEMPFAIL` of sysexits.h.
    private static let temporaryFailure: TerminationStatus = .exited(75)

    func run(_ job: Job, context: JobContext) async throws -> HandlerOutcome {
        guard target.path.hasPrefix("/"), !([target.path] + target.arguments).contains(where: { $0.contains("\0") })
        else {
            throw JobFailure.permanent("invalid_command", "The command's path is not absolute.")
        }
        if case .unresolved = target.user {
            throw JobFailure.permanent("invalid_command", "The command's user has not been looked up.")
        }
        let run = CommandRun(
            launch: CommandLaunch(target), environment: environment(of: job),
            input: Array(job.submission.payload.bytes), settings: settings)
        let end: CommandEnd
        do { end = try await run() } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw JobFailure(code: "command_not_run", message: "The command could not be run: \(error)")
        }
        // Whatever it returned after it was asked to stop is not its answer.
        try Task.checkCancellation()
        return try outcome(of: end)
    }

    /// What a command sees, and nothing else.
    func environment(of job: Job) -> [String: String] {
        [
            "PATH": settings.path,
            "MILLRACE_JOB_ID": job.id.description,
            "MILLRACE_KIND": job.submission.kind.text,
            "MILLRACE_QUEUE": job.submission.queue.text,
            "MILLRACE_ATTEMPT": String(job.attempt),
            "MILLRACE_OWNER_ID": job.ownerID.description,
        ]
    }

    private func outcome(of end: CommandEnd) throws(JobFailure) -> HandlerOutcome {
        switch end.status {
        case .exited(0):
            return .succeeded(result: end.result)
        case Self.temporaryFailure:
            throw JobFailure(code: "exit_75", message: end.message("The command asks to be tried again."))
        case .exited(let code) where CommandLaunch(target).isBound && CommandLaunch.hasFailed(code, end.complaint):
            throw JobFailure(code: "command_not_run", message: end.message("The command could not be run:"))
        case .exited(let code):
            throw JobFailure(
                code: "exit_\(code)", message: end.message("The command exited with \(code)."),
                isRetryable: settings.retriesOtherExits)
        case .signaled(SIGXCPU) where target.limits.cpuSeconds != nil:
            throw JobFailure(code: "cpu_limit", message: end.message("The command has used up its processor time."))
        case .signaled(SIGXFSZ) where target.limits.fileBytes != nil:
            throw JobFailure(code: "file_limit", message: end.message("The command wrote more to a file than it may."))
        case .signaled(let signal):
            // Killed from outside, by a lack of memory for example.
            let message = end.message("The command was ended by signal \(signal).")
            throw JobFailure(code: "signal_\(signal)", message: message)
        }
    }
}
