import Synchronization

/// Opens a transaction at its first use, once, and ends it once, whoever comes first.
final class TransactionGate: Sendable {
    /// What `end` found.
    enum End {
        /// Nothing was ever done in it.
        case unused
        case open(LeaseID)
        /// It has ended before, or could not be opened.
        case gone
    }

    private enum State {
        case unused
        case opening(Task<LeaseID, any Error>)
        case open(LeaseID)
        case ended
    }

    private let client: PostgresClient
    private let state = Mutex(State.unused)

    init(client: PostgresClient) {
        self.client = client
    }

    /// The connection, taken now if it was not before.
    func lease() async throws -> LeaseID {
        switch way() {
        case .open(let lease): return lease
        case .opening(let task): return try await task.value
        case .unused, .ended: throw PostgresError(.connection, "The transaction has ended.")
        }
    }

    /// Nothing can be done in it any more; the caller commits or gives the connection back.
    func end() -> End {
        state.withLock { state in
            defer { state = .ended }
            switch state {
            case .unused: return .unused
            case .open(let lease): return .open(lease)
            case .opening(let task):
                // Somebody still waits for it while its handler says that it is done.
                task.cancel()
                return .gone
            case .ended: return .gone
            }
        }
    }

    /// The same; nil when there is nothing to give back.
    func close() -> LeaseID? {
        if case .open(let lease) = end() { lease } else { nil }
    }

    /// Gives the connection back without waiting, unless somebody has ended the transaction already.
    func shut() {
        if case .open(let lease) = end() { client.notify(.abandon(lease)) }
    }

    /// The state after making sure that it is being opened.
    private func way() -> State {
        state.withLock { state in
            // Awaited by everyone who uses the transaction first; cancelled when it is ended meanwhile.
            if case .unused = state { state = .opening(Task { try await acquire() }) }
            return state
        }
    }

    private func acquire() async throws -> LeaseID {
        let lease: LeaseID
        do { lease = try await client.acquire() } catch {
            // The next use may find a connection, unless it has ended.
            state.withLock { state in if case .opening = state { state = .unused } }
            throw error
        }
        let isWanted = state.withLock { state in
            guard case .opening = state else { return false }
            state = .open(lease)
            return true
        }
        guard isWanted else {
            await client.release(lease)
            throw PostgresError(.connection, "The transaction has ended.")
        }
        return lease
    }
}
