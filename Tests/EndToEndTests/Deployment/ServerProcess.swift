import Foundation
import Synchronization

/// A server that a test started and may signal, kill and start again.
final class ServerProcess: Sendable {
    let name: String
    let pid: pid_t
    private let files: [URL]
    private let exit: Exit

    /// Where the end of the process is noted.
    private final class Exit: Sendable {
        private let state = Mutex<(status: Int32?, waiting: [CheckedContinuation<Void, Never>])>((nil, []))

        var status: Int32? { state.withLock(\.status) }

        func set(_ status: Int32) {
            let waiting = state.withLock { state in
                state.status = status
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func wait() async {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.status == nil { state.waiting.append(continuation) }
                    return state.status != nil
                }
                if isOver { continuation.resume() }
            }
        }
    }

    private init(name: String, pid: pid_t, files: [URL], exit: Exit) {
        self.name = name
        self.pid = pid
        self.files = files
        self.exit = exit
    }

    /// Starts a binary of this package with this environment and nothing of the caller's configuration.
    static func start(
        _ binary: String, _ arguments: [String] = [], environment: [String: String], in folder: URL
    ) throws -> ServerProcess {
        let kept = ["PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH"]
        let inherited = ProcessInfo.processInfo.environment.filter { kept.contains($0.key) }
        return try start(
            binaries.appending(path: binary), arguments,
            environment: inherited.merging(environment) { _, ours in ours }, in: folder)
    }

    /// Starts any program; what it prints goes to files in `folder`.
    static func start(
        _ executable: URL, _ arguments: [String], environment: [String: String], in folder: URL, input: URL? = nil
    ) throws -> ServerProcess {
        let name = "\(executable.lastPathComponent)-\(UUID().uuidString.prefix(8))"
        let files = ["out", "err"].map { folder.appending(path: "\(name).\($0)") }
        for file in files { try Data().write(to: file) }
        let handles = try files.map { try FileHandle(forWritingTo: $0) }
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = environment
        process.standardInput = try input.map { try FileHandle(forReadingFrom: $0) } ?? FileHandle.nullDevice
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        let exit = Exit()
        // Not `waitUntilExit`, which needs a run loop and may never return on a thread without one.
        process.terminationHandler = { process in
            // As a shell counts: 128 and the signal's number.
            exit.set(
                process.terminationReason == .uncaughtSignal
                    ? 128 + process.terminationStatus : process.terminationStatus)
        }
        try process.run()
        for handle in handles { try handle.close() }
        return ServerProcess(name: name, pid: process.processIdentifier, files: files, exit: exit)
    }

    /// The folder of the built products: where this test program lies.
    static let binaries = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    /// The exit status once the process has ended; 128 and the signal's number after a signal.
    var status: Int32? { exit.status }

    /// What the process has printed.
    var output: String { text(of: files[0]) }

    /// What the process has said on standard error, as logs are.
    var errors: String { text(of: files[1]) }

    private func text(of file: URL) -> String {
        (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    func signal(_ number: Int32) {
        if exit.status == nil { kill(pid, number) }
    }

    /// Waits for the end.
    ///
    /// - Returns: the exit status; nil when it has not ended in time.
    func ended(within limit: Duration) async -> Int32? {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.exit.wait() }
            group.addTask {
                try? await Task.sleep(for: limit)
                // A second resume would be a crash: killing the process is what ends the other wait.
                if self.exit.status == nil, !Task.isCancelled { kill(self.pid, SIGKILL) }
            }
            await group.next()
            group.cancelAll()
        }
        return exit.status
    }

    /// Ends the process as an operator would, and as an operator would without patience after `limit`.
    @discardableResult
    func stop(within limit: Duration = .seconds(32)) async -> Int32? {
        signal(SIGCONT)
        signal(SIGTERM)
        return await ended(within: limit)
    }

    /// Ends the process at once.
    func crash() async {
        signal(SIGKILL)
        _ = await ended(within: .seconds(10))
    }
}
