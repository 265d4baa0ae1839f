import CLibpq
import DequeModule

extension Session {
    /// What a read of the socket brought.
    enum Arrival {
        /// A statement's answer.
        case answer(InFlight, QueryResult)
        /// The server refused a statement.
        case refusal(InFlight, PostgresError)
        /// A statement was skipped because an earlier one of its group failed: it had no effect.
        case skipped(InFlight)
    }

    /// Reads what has come in, calling back for each statement that is answered.
    ///
    /// - Throws: ``PostgresError/Kind/connection`` when the connection is lost.
    func receive(_ deliver: (Arrival) -> Void) throws(PostgresError) {
        let alive = PQconsumeInput(handle) == 1
        while !slots.isEmpty, PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                // The terminator of the head; before any result it means that nothing is there yet.
                guard headAnswered else { break }
                removeHead()
                continue
            }
            try take(QueryResult(owning: result), deliver)
        }
        guard alive, PQstatus(handle) != CONNECTION_BAD else { throw PostgresError(connection: handle) }
        if slots.isEmpty { idleSince = .now }
    }

    /// A statement that its sync is still to commit stays, in place of the sync.
    private func removeHead() {
        headAnswered = false
        if case .query(let item) = slots.first, item.uncommitted != nil, slots.count > 1, case .sync = slots[1] {
            slots.remove(at: 1)
        } else {
            _ = slots.popFirst()
        }
    }

    /// The sync of a statement was answered: it is committed. Anything else here is an error of the commit itself.
    private func commitAnswered(
        _ item: InFlight, _ uncommitted: QueryResult, by result: QueryResult, _ deliver: (Arrival) -> Void
    ) throws(PostgresError) {
        guard PQresultStatus(result.handle) == PGRES_PIPELINE_SYNC else { throw lost(result) }
        _ = slots.popFirst()
        inFlightCount -= 1
        deliver(.answer(item, uncommitted))
    }

    private func take(_ result: QueryResult, _ deliver: (Arrival) -> Void) throws(PostgresError) {
        guard let head = slots.first else { return }
        if case .query(let item) = head, !headAnswered, let uncommitted = item.uncommitted {
            return try commitAnswered(item, uncommitted, by: result, deliver)
        }
        let status = PQresultStatus(result.handle)
        if case .sync = head {
            guard status == PGRES_PIPELINE_SYNC else { throw lost(result) }
            // A sync has no terminator.
            removeHead()
            return
        }
        guard status != PGRES_PIPELINE_SYNC else { throw lost(result) }
        headAnswered = true
        switch head {
        case .prepare(let name): prepareAnswered(name, status, result)
        case .query(let item): queryAnswered(item, status, result, deliver)
        case .sync: break
        }
    }

    private func prepareAnswered(_ name: String, _ status: ExecStatusType, _ result: QueryResult) {
        guard status != PGRES_COMMAND_OK else { return }
        prepared.remove(name)
        if status == PGRES_FATAL_ERROR { prepareFailure = PostgresError(result: result.handle) }
    }

    private func queryAnswered(
        _ item: InFlight, _ status: ExecStatusType, _ result: QueryResult, _ deliver: (Arrival) -> Void
    ) {
        defer { prepareFailure = nil }
        if item.isAlone, status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK {
            // A server that dies while it commits sends this and no more.
            item.uncommitted = result
            return
        }
        inFlightCount -= 1
        switch status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
            deliver(.answer(item, result))
        case PGRES_PIPELINE_ABORTED:
            if let prepareFailure {
                deliver(.refusal(item, prepareFailure))
            } else {
                deliver(.skipped(item))
            }
        default:
            let error = PostgresError(result: result.handle)
            if error.isUnknownStatement { prepared.remove(item.request.text.name) }
            deliver(.refusal(item, error))
        }
    }

    /// An answer out of turn: the two sides no longer agree on where they are.
    private func lost(_ result: QueryResult) -> PostgresError {
        var error = PostgresError(result: result.handle)
        error.kind = .connection
        return error
    }
}
