import DequeModule
import Logging

extension PoolLoop {
    /// Something happened on a session's socket.
    func handle(_ session: Session, _ now: ContinuousClock.Instant) {
        guard sessions.contains(where: { $0 === session }) else { return }
        do {
            if session.isReady {
                try receive(session, now)
            } else if try session.advanceConnecting() {
                backoff.succeeded()
                logger.debug("Connected to Postgres", metadata: ["postgres.session": "\(session.id)"])
            }
        } catch {
            close(session, because: error, now)
        }
    }

    private func receive(_ session: Session, _ now: ContinuousClock.Instant) throws(PostgresError) {
        var ending: PostgresError?
        try session.receive { arrival in
            switch arrival {
            case .answer(let item, let result): item.finish(.success(result))
            case .skipped(let item): sendAgain(item, on: session, now)
            case .refusal(let item, let error):
                if error.endsSession { ending = error }
                refused(item, error, on: session, now)
            }
        }
        if session.wantsWrite { try session.flush() }
        if let ending { retire(session, because: ending) }
        finishRelease(session, now)
    }

    private func refused(
        _ item: InFlight, _ error: PostgresError, on session: Session, _ now: ContinuousClock.Instant
    ) {
        if error.isAboutPreparing, item.request.lease == nil {
            return sendAgain(item, on: session, now)
        }
        // libpq itself reports a lost connection this way: what that means is decided in one place.
        guard error.kind == .server, error.severity != "FATAL", error.severity != "PANIC" else {
            return lost(item, because: error, now)
        }
        item.finish(.failure(error))
    }

    /// A statement that surely had no effect goes out once more.
    private func sendAgain(_ item: InFlight, on session: Session, _ now: ContinuousClock.Instant) {
        guard item.continuation != nil else { return }
        item.resends += 1
        guard item.resends <= 8 else {
            return item.finish(.failure(PostgresError(.connection, "The statement was skipped too often.")))
        }
        item.deadline = nil
        if let lease = item.request.lease {
            sendLeased(item, lease, now)
        } else {
            waiting.prepend(item)
        }
    }

    /// Lets a session finish what it has and then close.
    private func retire(_ session: Session, because error: PostgresError) {
        session.isRetiring = true
        logger.debug(
            "A Postgres session is being replaced",
            metadata: ["postgres.session": "\(session.id)", "postgres.state": "\(error.sqlState ?? "")"])
    }

    /// Closes a session at once and answers everyone who waited for it.
    func close(_ session: Session, because error: PostgresError, _ now: ContinuousClock.Instant) {
        guard let index = sessions.firstIndex(where: { $0 === session }) else { return }
        sessions.remove(at: index)
        if !session.isReady { backoff.failed(error, now: now) }
        logger.debug(
            "A Postgres session was closed",
            metadata: ["postgres.session": "\(session.id)", "error.message": "\(error.message)"])
        for case .query(let item) in session.slots { lost(item, because: error, now) }
        session.slots.removeAll()
        session.inFlightCount = 0
        guard let lease = session.lease else { return }
        leases[lease] = nil
        for waiter in releases.removeValue(forKey: lease) ?? [] { waiter.resume() }
    }

    /// The connection went away under a statement that was sent.
    private func lost(_ item: InFlight, because cause: PostgresError, _ now: ContinuousClock.Instant) {
        guard item.continuation != nil else { return }
        var error = cause
        let isCommit = item.request.lease != nil && item.request.loss == .ambiguous
        if let deadline = item.deadline, deadline <= now, !isCommit {
            error = PostgresError(.deadline, "The statement took longer than \(item.request.timeout).")
        } else {
            switch item.request.loss {
            case .repeatable where item.resends == 0 && shutdownAt == nil:
                item.resends += 1
                item.deadline = nil
                return waiting.prepend(item)
            case .repeatable, .rolledBack: error.kind = .connection
            case .ambiguous: error.kind = .ambiguous
            }
        }
        item.finish(.failure(error))
    }
}
