import CLibpq
import DequeModule

extension Session {
    /// Appends a statement to the pipeline, preparing it first when this session does not know it.
    ///
    /// - Throws: ``PostgresError/Kind/connection``; the session is then of no use.
    func send(_ item: InFlight, now: ContinuousClock.Instant) throws(PostgresError) {
        let request = item.request
        if item.isAlone { try sync() }
        try prepareIfNeeded(request.text)
        let deadline = now + request.timeout
        item.deadline = deadline
        item.uncommitted = nil
        // Queued before it is sent, so that a failure finds it in flight: part of it may be on its way.
        slots.append(.query(item))
        inFlightCount += 1
        nextDeadline = nextDeadline.map { min($0, deadline) } ?? deadline
        guard sendQuery(request) else { throw PostgresError(connection: handle) }
        isUnsynced = true
        if item.isAlone { try sync() }
    }

    /// Ends the current group of statements, if there is one, and hands all to the kernel.
    func sync() throws(PostgresError) {
        guard isUnsynced else { return }
        guard PQpipelineSync(handle) == 1 else { throw PostgresError(connection: handle) }
        slots.append(.sync)
        isUnsynced = false
        // libpq may keep bytes back; the next flush sends them.
        wantsWrite = true
    }

    /// Hands what libpq still holds to the kernel.
    func flush() throws(PostgresError) {
        try sync()
        let left = PQflush(handle)
        guard left >= 0 else { throw PostgresError(connection: handle) }
        wantsWrite = left == 1
    }

    private func prepareIfNeeded(_ text: StatementText) throws(PostgresError) {
        guard !text.isPlannedAnew, prepared.insert(text.name).inserted else { return }
        let types = text.parameters.map { Oid($0.rawValue) }
        let sent = PQsendPrepare(handle, text.name, text.sql.text, Int32(types.count), types)
        guard sent == 1 else { throw PostgresError(connection: handle) }
        slots.append(.prepare(text.name))
        isUnsynced = true
    }

    private func sendQuery(_ request: Request) -> Bool {
        let parameters = request.parameters
        return parameters.bytes.withUnsafeBufferPointer { bytes in
            // The buffer always holds one byte at least (see Parameters).
            guard let base = bytes.baseAddress else { return false }
            return base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { base in
                let values = zip(parameters.offsets, parameters.lengths).map { offset, length in
                    length == Parameters.null ? nil : Optional(base + offset)
                }
                let formats = [Int32](repeating: 1, count: values.count)
                guard !request.text.isPlannedAnew else {
                    let types = request.text.parameters.map { Oid($0.rawValue) }
                    return PQsendQueryParams(
                        handle, request.text.sql.text, Int32(values.count), types, values, parameters.lengths, formats,
                        1) == 1
                }
                return PQsendQueryPrepared(
                    handle, request.text.name, Int32(values.count), values, parameters.lengths, formats, 1) == 1
            }
        }
    }
}
