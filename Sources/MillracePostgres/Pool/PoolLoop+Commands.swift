import DequeModule
import Synchronization

extension PoolLoop {
    /// Takes one command from a caller.
    func accept(_ command: PoolCommand, _ now: ContinuousClock.Instant) {
        if shutdownAt != nil, isNewWork(command) {
            return refuse(command, PostgresError(.closed, "The client is shutting down."))
        }
        switch command {
        case .execute(let request, let continuation): execute(request, continuation, now)
        case .cancel(let request): cancel(request)
        case .acquire(let request, let continuation): acquire(request, continuation, now)
        case .cancelAcquire(let request): cancelAcquire(request)
        case .release(let lease, let continuation): release(lease, continuation, now)
        case .abandon(let lease): release(lease, nil, now)
        case .resolved(let outcome): resolved(outcome, now)
        case .resize(let pool): self.pool = pool
        case .snapshot(let continuation): continuation.resume(returning: snapshot)
        case .shutdown(let grace): shutdown(grace, now)
        }
    }

    /// Answers a command that will not be carried out.
    func refuse(_ command: PoolCommand, _ error: PostgresError) {
        switch command {
        case .execute(_, let continuation): continuation.resume(throwing: error)
        case .acquire(_, let continuation): continuation.resume(throwing: error)
        case .release(_, let continuation): continuation.resume()
        case .snapshot(let continuation): continuation.resume(returning: snapshot)
        case .cancel, .cancelAcquire, .abandon, .resolved, .resize, .shutdown: break
        }
    }

    /// What an open transaction still needs goes on while shutting down; what begins does not.
    private func isNewWork(_ command: PoolCommand) -> Bool {
        switch command {
        case .execute(let request, _): request.lease == nil
        case .acquire: true
        default: false
        }
    }

    private func execute(
        _ request: Request, _ continuation: CheckedContinuation<QueryResult, any Error>, _ now: ContinuousClock.Instant
    ) {
        guard !request.isCancelled.load(ordering: .acquiring) else {
            return continuation.resume(throwing: CancellationError())
        }
        let item = InFlight(request, continuation)
        if let lease = request.lease {
            sendLeased(item, lease, now)
        } else if waiting.count < pool.maxWaiting {
            waiting.append(item)
        } else {
            item.finish(.failure(PostgresError(.poolExhausted, "Too many callers wait for a connection.")))
        }
    }

    private func cancel(_ request: Request) {
        if let index = waiting.firstIndex(where: { $0.request === request }) {
            waiting.remove(at: index).finish(.failure(CancellationError()))
            return
        }
        // Already sent: the caller goes, the answer is awaited and dropped.
        for session in sessions {
            for case .query(let item) in session.slots where item.request === request {
                return item.finish(.failure(CancellationError()))
            }
        }
    }

    private func shutdown(_ grace: Duration, _ now: ContinuousClock.Instant) {
        guard shutdownAt == nil else { return }
        shutdownAt = now + grace
        let closed = PostgresError(.closed, "The client is shutting down.")
        while let item = waiting.popFirst() { item.finish(.failure(closed)) }
        while let waiter = leaseQueue.popFirst() { waiter.continuation.resume(throwing: closed) }
    }

    private var snapshot: PoolSnapshot {
        var snapshot = PoolSnapshot()
        snapshot.ready = sessions.count { $0.isReady }
        snapshot.connecting = sessions.count - snapshot.ready
        snapshot.leased = leases.count
        snapshot.inFlight = sessions.reduce(0) { $0 + $1.inFlightCount }
        snapshot.waiting = waiting.count + leaseQueue.count
        return snapshot
    }
}
