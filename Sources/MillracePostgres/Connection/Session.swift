import CLibpq
import DequeModule

/// One connection in pipeline mode. Lives on the pool's thread only; every call returns at once.
///
/// Statements that change something are followed by a sync each, so that one's error never touches another.
/// Statements that only read share a sync per wake-up: libpq 15 sends at every sync, and a neighbour that was skipped
/// because of an error is simply sent again.
final class Session {
    enum Phase {
        case connecting(PostgresPollingStatusType)
        case ready
    }

    /// What the server will answer next, in order.
    enum Slot {
        case prepare(String)
        case query(InFlight)
        case sync
    }

    let id: UInt64
    let handle: OpaquePointer
    let openedAt = ContinuousClock.now
    var phase: Phase
    var slots: Deque<Slot> = []
    /// Statements sent and not answered.
    var inFlightCount = 0
    /// Names of the statements that this session knows.
    var prepared: Set<String> = []
    /// Something was sent after the last sync.
    var isUnsynced = false
    /// libpq could not hand everything to the kernel.
    var wantsWrite = false
    /// The earliest moment at which a statement in flight may be late.
    var nextDeadline: ContinuousClock.Instant?
    /// When the last answer came.
    var idleSince = ContinuousClock.now
    /// The transaction that owns it.
    var lease: LeaseID?
    /// When an unanswered rollback closes the connection.
    var rollbackBy: ContinuousClock.Instant?
    /// No single statement is routed here any more, so that a waiting transaction gets it.
    var isReserved = false
    /// Closed as soon as nothing is in flight.
    var isRetiring = false
    /// When it is replaced.
    var retiresAt: ContinuousClock.Instant
    /// The head of `slots` has had its result; the terminator is still to come.
    var headAnswered = false
    /// Why the last PREPARE failed: the error of the statement behind it.
    var prepareFailure: PostgresError?

    /// Begins to connect.
    ///
    /// - Throws: ``PostgresError/Kind/connection``.
    init(id: UInt64, parameters: ConnectionParameters, lifetime: Duration) throws(PostgresError) {
        guard let handle = Self.start(parameters.values) else {
            throw PostgresError(.connection, "libpq has no memory for a connection.")
        }
        guard PQstatus(handle) != CONNECTION_BAD else {
            defer { PQfinish(handle) }
            throw PostgresError(connection: handle)
        }
        self.id = id
        self.handle = handle
        // PQconnectStart's contract: behave as if the first poll had asked to write.
        phase = .connecting(PGRES_POLLING_WRITING)
        retiresAt = openedAt + lifetime
        // Notices go to the process's standard error otherwise.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit {
        PQfinish(handle)
    }

    /// The socket, which may change while connecting.
    var descriptor: Int32 { PQsocket(handle) }

    var isReady: Bool {
        if case .ready = phase { true } else { false }
    }

    /// Free for a transaction or for eviction.
    var isIdle: Bool { isReady && slots.isEmpty && lease == nil }

    /// May take single statements.
    var isShared: Bool { isReady && lease == nil && !isRetiring && !isReserved }

    /// The session is inside a transaction, or in a state that cannot be told.
    var isInTransaction: Bool { PQtransactionStatus(handle) != PQTRANS_IDLE }

    /// Goes on connecting; true once the session is ready.
    func advanceConnecting() throws(PostgresError) -> Bool {
        let next = PQconnectPoll(handle)
        switch next {
        case PGRES_POLLING_OK: break
        case PGRES_POLLING_FAILED: throw PostgresError(connection: handle)
        default:
            phase = .connecting(next)
            return false
        }
        guard PQsetnonblocking(handle, 1) == 0, PQenterPipelineMode(handle) == 1 else {
            throw PostgresError(connection: handle)
        }
        phase = .ready
        idleSince = .now
        return true
    }

    /// Begins to connect with libpq's keywords; nil only when libpq has no memory.
    static func start(_ values: [String: String]) -> OpaquePointer? {
        var keywords: [UnsafePointer<CChar>?] = []
        var settings: [UnsafePointer<CChar>?] = []
        var copies: [UnsafeMutablePointer<CChar>] = []
        defer { copies.forEach { $0.deallocate() } }
        func copy(_ text: String) -> UnsafePointer<CChar> {
            let bytes = text.utf8CString
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            for (index, byte) in bytes.enumerated() { copy[index] = byte }
            copies.append(copy)
            return UnsafePointer(copy)
        }
        for (keyword, value) in values {
            keywords.append(copy(keyword))
            settings.append(copy(value))
        }
        keywords.append(nil)
        settings.append(nil)
        return PQconnectStartParams(keywords, settings, 0)
    }
}
