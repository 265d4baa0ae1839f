import DequeModule

extension PoolLoop {
    /// Ends every wait whose limit has passed.
    func expire(_ now: ContinuousClock.Instant) {
        expireWaiting(now)
        for session in sessions {
            if !session.isReady {
                guard session.openedAt + settings.connectTimeout <= now else { continue }
                close(session, because: PostgresError(.connection, "Connecting took too long."), now)
            } else if let next = session.nextDeadline, next <= now {
                expireStatements(session, now)
            }
        }
    }

    /// The next moment at which something has to be looked at without anything coming in.
    func nextWakeUp(_ now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        var next = shutdownAt
        func consider(_ moment: ContinuousClock.Instant?) {
            guard let moment else { return }
            next = next.map { min($0, moment) } ?? moment
        }
        consider(waiting.first.map { $0.acceptedAt + pool.acquireTimeout })
        consider(leaseQueue.first.map { $0.acceptedAt + pool.acquireTimeout })
        if sessions.count < wanted, !isResolving { consider(backoff.notBefore.map { max($0, now) }) }
        let canShrink = sessions.count > pool.min
        for session in sessions {
            guard session.isReady else {
                consider(session.openedAt + settings.connectTimeout)
                continue
            }
            consider(session.nextDeadline)
            guard session.isIdle else { continue }
            consider(session.retiresAt)
            if canShrink { consider(session.idleSince + pool.idleTimeout) }
        }
        return next
    }

    private func expireWaiting(_ now: ContinuousClock.Instant) {
        // Everyone waits equally long, so the first in the queue is the first to give up. What was put back in front
        // is older still.
        while let item = waiting.first, item.acceptedAt + pool.acquireTimeout <= now {
            waiting.removeFirst()
            item.finish(.failure(acquireFailure))
        }
        while let waiter = leaseQueue.first, waiter.acceptedAt + pool.acquireTimeout <= now {
            leaseQueue.removeFirst()
            waiter.continuation.resume(throwing: acquireFailure)
        }
    }

    /// Why there was no connection: the server's fault, or too few of them.
    private var acquireFailure: PostgresError {
        guard var error = backoff.lastError, !sessions.contains(where: \.isReady) else {
            return PostgresError(.poolExhausted, "No connection became free within \(pool.acquireTimeout).")
        }
        error.kind = .connection
        return error
    }

    /// Closes the session when a statement is late; else notes when that may be the case next.
    private func expireStatements(_ session: Session, _ now: ContinuousClock.Instant) {
        if let rollbackBy = session.rollbackBy, rollbackBy <= now {
            return close(session, because: PostgresError(.connection, "A rollback took too long."), now)
        }
        var next = session.rollbackBy
        for case .query(let item) in session.slots {
            guard let deadline = item.deadline else { continue }
            next = next.map { min($0, deadline) } ?? deadline
        }
        session.nextDeadline = next
        guard let next, next <= now else { return }
        close(session, because: PostgresError(.deadline, "Another statement on this connection was late."), now)
    }
}
