import Logging
import MillraceDomain

/// Waits for handlers that were given up on. Their jobs go on without them; the slot each takes is free again when it
/// returns, for until then it may hold whatever it holds: a thread, memory, a connection.
struct Quarantine: Sendable {
    private let held: HeldJobs
    private let count: QuarantineCount
    private let logger: Logger
    private let arrivals: AsyncStream<OneShot<Void>>
    private let continuation: AsyncStream<OneShot<Void>>.Continuation

    init(held: HeldJobs, count: QuarantineCount, logger: Logger) {
        self.held = held
        self.count = count
        self.logger = logger
        // Bounded by the slots: each that is put in keeps one.
        (arrivals, continuation) = AsyncStream.makeStream()
    }

    /// Takes a handler over.
    ///
    /// - Parameter returned: fulfilled when it has returned.
    func take(_ returned: OneShot<Void>) {
        count.change(by: 1)
        continuation.yield(returned)
    }

    /// Waits for all that come, until its task is cancelled: those that are left end with the process.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await returned in arrivals {
                group.addTask { await waitFor(returned) }
            }
        }
    }

    private func waitFor(_ returned: OneShot<Void>) async {
        await withTaskCancellationHandler {
            await returned.value
        } onCancel: {
            returned.fulfil(())
        }
        count.change(by: -1)
        held.leaveQuarantine()
        if !Task.isCancelled { logger.notice("handler that ignored being stopped has returned") }
    }
}
