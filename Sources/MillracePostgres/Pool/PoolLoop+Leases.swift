import DequeModule
import Synchronization

extension PoolLoop {
    func acquire(
        _ request: LeaseRequest, _ continuation: CheckedContinuation<LeaseID, any Error>, _ now: ContinuousClock.Instant
    ) {
        guard !request.isCancelled.load(ordering: .acquiring) else {
            return continuation.resume(throwing: CancellationError())
        }
        guard leaseQueue.count < pool.maxWaiting else {
            return continuation.resume(
                throwing: PostgresError(.poolExhausted, "Too many transactions wait for a connection."))
        }
        leaseQueue.append(LeaseWaiter(request: request, continuation: continuation, acceptedAt: now))
    }

    func cancelAcquire(_ request: LeaseRequest) {
        guard let index = leaseQueue.firstIndex(where: { $0.request === request }) else { return }
        leaseQueue.remove(at: index).continuation.resume(throwing: CancellationError())
    }

    /// Gives a connection away and opens the transaction on it, without waiting for the answer: should BEGIN fail,
    /// the session is closed and the first statement says so.
    func grant(_ waiter: LeaseWaiter, _ session: Session, _ now: ContinuousClock.Instant) {
        let lease = LeaseID(number: nextNumber())
        session.lease = lease
        session.isReserved = false
        leases[lease] = session
        send(control(TransactionStatements.begin, lease), on: session, now)
        waiter.continuation.resume(returning: lease)
    }

    func sendLeased(_ item: InFlight, _ lease: LeaseID, _ now: ContinuousClock.Instant) {
        guard let session = leases[lease], releases[lease] == nil else {
            let error = PostgresError(.connection, "The transaction's connection was lost: it is rolled back.")
            return item.finish(.failure(error))
        }
        send(item, on: session, now)
    }

    /// Ends a lease. An open transaction is rolled back and the caller answered when that is certain.
    func release(_ lease: LeaseID, _ continuation: CheckedContinuation<Void, Never>?, _ now: ContinuousClock.Instant) {
        guard let session = leases[lease] else { return continuation?.resume() ?? () }
        let isUnderWay = releases[lease] != nil
        releases[lease, default: []] += [continuation].compactMap(\.self)
        guard !isUnderWay else { return }
        if !session.slots.isEmpty || session.isInTransaction {
            send(control(TransactionStatements.rollback, lease), on: session, now)
            // What is still running may not hold the rollback up for long.
            session.nextDeadline = min(session.nextDeadline ?? .now, now + Self.rollbackLimit)
            session.rollbackBy = now + Self.rollbackLimit
        }
        finishRelease(session, now)
    }

    /// Gives the connection back once the server confirms that no transaction is open.
    func finishRelease(_ session: Session, _ now: ContinuousClock.Instant) {
        guard let lease = session.lease, session.slots.isEmpty, releases[lease] != nil else { return }
        guard !session.isInTransaction else {
            return close(session, because: PostgresError(.connection, "A transaction could not be rolled back."), now)
        }
        session.lease = nil
        session.rollbackBy = nil
        leases[lease] = nil
        for waiter in releases.removeValue(forKey: lease) ?? [] { waiter.resume() }
    }

    private static let rollbackLimit = Duration.seconds(2)

    private func control(_ text: StatementText, _ lease: LeaseID) -> InFlight {
        let request = Request(
            text, Parameters(), timeout: settings.statementTimeout, lease: lease, loss: .rolledBack)
        return InFlight(request, nil)
    }
}
