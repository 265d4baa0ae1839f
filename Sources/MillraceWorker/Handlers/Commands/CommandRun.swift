import MillraceDomain
import Subprocess

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One run of a program.
struct CommandRun: Sendable {
    let launch: CommandLaunch
    let environment: [String: String]
    let input: [UInt8]
    let settings: CommandSettings

    /// So much of standard error is kept.
    private static let maxComplaint = 1500

    private typealias Running = Execution<CustomWriteInput, SequenceOutput, SequenceOutput>

    /// Runs the program until it ends. When the task is cancelled its process group is asked to end, and killed after
    /// the grace; when it has ended, whatever it has left behind in its group is killed too.
    func callAsFunction() async throws -> CommandEnd {
        Self.ignoreBrokenPipes
        let result = try await Subprocess.run(
            .path(Self.literal(launch.path)), arguments: Arguments(launch.arguments),
            environment: .custom(Dictionary(uniqueKeysWithValues: environment.map { (.init(stringLiteral: $0), $1) })),
            workingDirectory: Self.literal(settings.workingDirectory), platformOptions: options,
            input: .inputWriter, output: .sequence, error: .sequence
        ) { running in
            async let output = Self.read(running.standardOutput, keepingFirst: RunJob.maxResultBytes)
            async let complaint = Self.read(running.standardError, keepingLast: Self.maxComplaint)
            await feed(running)
            let said = try await (output: output, complaint: complaint)
            await Self.killGroup(of: running)
            return said
        }
        return CommandEnd(
            status: result.terminationStatus, output: result.closureResult.output,
            complaint: result.closureResult.complaint ?? [])
    }

    private var options: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: settings.grace)
        ]
        return options
    }

    private func feed(_ running: Running) async {
        // A program need not read its input; what it makes of that shows in how it ends.
        do {
            _ = try await running.standardInputWriter.write(input)
            try await running.standardInputWriter.finish()
        } catch {}
    }

    private static func read(
        _ sequence: SubprocessOutputSequence, keepingFirst first: Int = .max, keepingLast last: Int = .max
    ) async throws -> [UInt8]? {
        var kept: [UInt8]? = []
        // Read to the end in any case, lest the program waits for a reader.
        for try await buffer in sequence {
            kept = buffer.withUnsafeBytes { bytes in kept.map { $0 + Array(bytes) } }
            if let count = kept?.count, count > first { kept = nil }
            if let count = kept?.count, count > last { kept?.removeFirst(count - last) }
        }
        return kept
    }

    /// Waits until the program has ended, without reaping it, and kills what is left of its group: while the program
    /// is a zombie the group's number is nobody else's.
    private static func killGroup(of running: Running) async {
        let process = running.processIdentifier.value
        // Not cancelled with the task: the tear-down that runs then ends the wait.
        await Task {
            var pause = Duration.milliseconds(1)
            while !hasEnded(process) {
                do { try await ContinuousClock().sleep(for: pause) } catch { return }
                pause = min(pause * 2, .milliseconds(100))
            }
            kill(-process, SIGKILL)
        }.value
    }

    private static func hasEnded(_ process: pid_t) -> Bool {
        var info = siginfo_t()
        return waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_signo == SIGCHLD
    }

    /// A program that ends without reading its input must not end us (signal(7), SIGPIPE). Once for the process.
    private static let ignoreBrokenPipes: Void = {
        signal(SIGPIPE, SIG_IGN)
    }()

    /// Makes the file path that Subprocess wants without naming the module that declares it.
    private static func literal<Path: ExpressibleByStringLiteral>(_ path: String) -> Path
    where Path.StringLiteralType == String {
        Path(stringLiteral: path)
    }
}
