import DequeModule
import Logging
import MillraceDomain

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The pool's thread: one `poll(2)` loop that owns every connection.
///
/// Made on its thread and never seen by another; everything reaches it through the inbox. At the handful of sockets
/// of a pool `poll` costs what `epoll` does, and it is on every system.
final class PoolLoop {
    let inbox: PoolInbox
    let settings: PostgresSettings
    let parameters: ConnectionParameters
    let logger: Logger
    var pool: PoolSettings

    var sessions: [Session] = []
    /// Single statements that no connection has room for.
    var waiting: Deque<InFlight> = []
    /// Transactions that wait for a connection.
    var leaseQueue: Deque<LeaseWaiter> = []
    /// Live leases; one whose connection was lost is missing.
    var leases: [LeaseID: Session] = [:]
    /// Leases that are being rolled back, and the callers who wait for that.
    var releases: [LeaseID: [CheckedContinuation<Void, Never>]] = [:]
    var backoff = ConnectBackoff()
    var isResolving = false
    var lastNumber: UInt64 = 0
    /// When what is still in flight is given up.
    var shutdownAt: ContinuousClock.Instant?

    private var commands: [PoolCommand] = []
    private var polled: [pollfd] = []

    init(inbox: PoolInbox, settings: PostgresSettings, parameters: ConnectionParameters, logger: Logger) {
        self.inbox = inbox
        self.settings = settings
        self.parameters = parameters
        self.logger = logger
        self.pool = settings.pool
    }

    /// Runs until the shutdown is complete.
    func run() {
        while true {
            let now = ContinuousClock.now
            takeCommands(now)
            expire(now)
            if isShutDown(now) { break }
            maintain(now)
            assign(now)
            flush(now)
            sleep(until: nextWakeUp(now), now)
        }
        end()
    }

    /// A number never given before.
    func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    private func takeCommands(_ now: ContinuousClock.Instant) {
        inbox.take(into: &commands)
        for command in commands { accept(command, now) }
    }

    private func isShutDown(_ now: ContinuousClock.Instant) -> Bool {
        guard let shutdownAt else { return false }
        return shutdownAt <= now || sessions.allSatisfy { $0.slots.isEmpty && $0.lease == nil }
    }

    private func end() {
        let closed = PostgresError(.closed, "The client has been shut down.")
        for command in inbox.close() { refuse(command, closed) }
        while let item = waiting.popFirst() { item.finish(.failure(closed)) }
        while let waiter = leaseQueue.popFirst() { waiter.continuation.resume(throwing: closed) }
        for session in sessions { close(session, because: closed, .now) }
    }

    private func flush(_ now: ContinuousClock.Instant) {
        for session in sessions where session.isReady && (session.isUnsynced || session.wantsWrite) {
            do {
                try session.flush()
            } catch {
                close(session, because: error, now)
            }
        }
    }

    private func sleep(until wakeUp: ContinuousClock.Instant?, _ now: ContinuousClock.Instant) {
        polled.removeAll(keepingCapacity: true)
        polled.append(pollfd(fd: inbox.descriptor, events: Int16(POLLIN), revents: 0))
        for session in sessions {
            polled.append(pollfd(fd: session.descriptor, events: session.interest, revents: 0))
        }
        // Rounded up, so that the moment has come when the wait is over.
        var timeout = wakeUp.map { Int32(clamping: max(0, ($0 - now).milliseconds + 1)) } ?? -1
        if !inbox.fallAsleep() { timeout = 0 }
        let count = poll(&polled, nfds_t(polled.count), timeout)
        inbox.wakeUp(signalled: count > 0 && polled[0].revents != 0)
        guard count > 0 else { return }
        let readyAt = ContinuousClock.now
        // Sessions may be closed meanwhile, so the list as it was polled is walked.
        for (session, entry) in zip(sessions, polled.dropFirst()) where entry.revents != 0 {
            handle(session, readyAt)
        }
    }
}
