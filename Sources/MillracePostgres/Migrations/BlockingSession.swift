import CLibpq
import MillraceDomain

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A connection for a thread that may wait: the simple protocol, one statement list at a time, each with a limit.
///
/// Only for use on a thread of its own, never on Swift's cooperative pool.
final class BlockingSession {
    let handle: OpaquePointer
    private let stop: StopSignal?

    /// Connects.
    ///
    /// - Parameter stop: ends every wait of this session, with an error of kind `closed`.
    /// - Throws: ``PostgresError`` when the server does not answer within the settings' `connectTimeout`.
    init(_ settings: PostgresSettings, endedBy stop: StopSignal? = nil) throws {
        var parameters = try ConnectionParameters(forMigrations: settings)
        let names = parameters.namesToResolve
        if !names.isEmpty { parameters = parameters.resolved(try HostResolver.addresses(of: names)) }
        guard let handle = Session.start(parameters.values) else {
            throw PostgresError(.connection, "libpq has no memory for a connection.")
        }
        self.handle = handle
        self.stop = stop
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        try connect(until: .now + settings.connectTimeout)
    }

    deinit {
        PQfinish(handle)
    }

    /// Runs one or more statements and returns the last one's rows as text, nil for NULL.
    ///
    /// - Throws: ``PostgresError``; a failure part-way leaves the transaction to the caller.
    @discardableResult
    func execute(_ sql: String, parameters: [String]? = nil, within limit: Duration) throws -> [[String?]] {
        guard send(sql, parameters) else { throw PostgresError(connection: handle) }
        let deadline = ContinuousClock.now + limit
        var rows: [[String?]] = []
        var failure: PostgresError?
        while let result = try next(until: deadline) {
            switch PQresultStatus(result.handle) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: rows = Self.rows(of: result)
            default: failure = failure ?? PostgresError(result: result.handle)
            }
        }
        if let failure { throw failure }
        return rows
    }

    private func send(_ sql: String, _ parameters: [String]?) -> Bool {
        guard let parameters else { return PQsendQuery(handle, sql) == 1 }
        let copies = parameters.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        let values = copies.map { UnsafePointer($0) }
        return PQsendQueryParams(handle, sql, Int32(values.count), nil, values, nil, nil, 0) == 1
    }

    private func connect(until deadline: ContinuousClock.Instant) throws(PostgresError) {
        var polling = PGRES_POLLING_WRITING
        while polling != PGRES_POLLING_OK {
            guard polling != PGRES_POLLING_FAILED, PQstatus(handle) != CONNECTION_BAD else {
                throw PostgresError(connection: handle)
            }
            try wait(for: polling == PGRES_POLLING_READING ? POLLIN : POLLOUT, until: deadline)
            polling = PQconnectPoll(handle)
        }
    }

    private func next(until deadline: ContinuousClock.Instant) throws(PostgresError) -> QueryResult? {
        while PQisBusy(handle) == 1 {
            try wait(for: POLLIN, until: deadline)
            guard PQconsumeInput(handle) == 1 else { throw PostgresError(connection: handle) }
        }
        return PQgetResult(handle).map { QueryResult(owning: $0) }
    }

    private func wait(for events: some BinaryInteger, until deadline: ContinuousClock.Instant) throws(PostgresError) {
        guard try isReady(for: Int16(events), by: deadline) else {
            throw PostgresError(.deadline, "The server did not answer in time.")
        }
    }

    /// Whether something can be read by then.
    func hasInput(by deadline: ContinuousClock.Instant) throws(PostgresError) -> Bool {
        try isReady(for: Int16(POLLIN), by: deadline)
    }

    private func isReady(for events: Int16, by deadline: ContinuousClock.Instant) throws(PostgresError) -> Bool {
        var entries = [pollfd(fd: PQsocket(handle), events: events, revents: 0)]
        if let stop { entries.append(pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)) }
        while true {
            let left = (deadline - .now).milliseconds
            guard left >= 0 else { return false }
            let count = poll(&entries, nfds_t(entries.count), Int32(clamping: left + 1))
            if entries.count > 1, entries[1].revents != 0 { throw PostgresError(.closed, "It was told to stop.") }
            if count > 0 { return true }
            guard count == 0 || errno == EINTR else {
                throw PostgresError(.connection, "Waiting for the server failed: error \(errno).")
            }
        }
    }

    private static func rows(of result: QueryResult) -> [[String?]] {
        let columns = PQnfields(result.handle)
        return (0..<PQntuples(result.handle)).map { row in
            (0..<columns).map { column in
                guard PQgetisnull(result.handle, row, column) == 0 else { return nil }
                return PQgetvalue(result.handle, row, column).map { String(cString: $0) }
            }
        }
    }
}
