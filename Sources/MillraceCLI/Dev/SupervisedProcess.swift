import Glibc
import Synchronization

/// A process that is started again when it ends by itself, with growing pauses, until it is no longer wanted.
final class SupervisedProcess: Sendable {
    private let launch: Launch
    private let grace: Duration
    private let say: @Sendable (String) -> Void
    private let earlyEnds = Mutex(0)
    private let isReady = Mutex(false)

    /// - Parameter grace: how long it has between TERM and KILL.
    init(_ launch: Launch, grace: Duration, say: @escaping @Sendable (String) -> Void) {
        self.launch = launch
        self.grace = grace
        self.say = say
    }

    /// Whether it has ended so often before it was ever ready that there is no point in waiting.
    var isHopeless: Bool { earlyEnds.withLock { $0 >= 3 } }

    /// From now on an end is an accident, not a failure to start.
    func markReady() { isReady.withLock { $0 = true } }

    /// Keeps it running until the task is cancelled, then ends it.
    func run() async {
        var quickEnds = 0
        while !Task.isCancelled {
            let started = ContinuousClock.now
            let end = await runOnce()
            guard let end, !Task.isCancelled else { return }
            quickEnds = started.duration(to: .now) > .seconds(60) ? 0 : quickEnds + 1
            if !isReady.withLock({ $0 }) { earlyEnds.withLock { $0 += 1 } }
            let pause = Duration.milliseconds(min(30_000, 250 << min(quickEnds, 7)))
            say("\(launch.name) ended unexpectedly (\(end)); starting it again in \(pause)")
            // Cancelled: it is not wanted any more, and the loop sees that.
            try? await Task.sleep(for: pause)
        }
    }

    /// Starts it and waits for its end; nil when it was ended because it is no longer wanted.
    private func runOnce() async -> String? {
        do {
            let child = try await ChildProcess.start(launch)
            if let status = await child.wait() { return "\(status)" }
            let status = await child.stop(grace: grace)
            if status == .signalled(SIGKILL) { say("\(launch.name) did not stop within \(grace) and was killed") }
            await Task { await child.waitForOutput() }.value
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Keeps it running while `body` runs; it has ended when this returns.
    func running<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        // Cancelled and waited for when this scope ends, whichever way.
        async let _: Void = run()
        return try await body()
    }
}
