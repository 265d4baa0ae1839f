import MillraceDomain
import Synchronization
import TestKit

/// Tokens whose look-ups are counted, and wait for each other while the gate is closed.
final class GatedTokens: TokenRepository {
    private struct State {
        var bearers: [TokenDigest: TokenBearer] = [:]
        var isClosed = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    /// The digests that were looked up, once it is known what the answer will be.
    let lookUps = Recorder<TokenDigest>()

    /// Sets whom a token speaks for; nobody when nil.
    func set(_ bearer: TokenBearer?, for digest: TokenDigest) {
        state.withLock { $0.bearers[digest] = bearer }
    }

    /// Lets no answer out until ``open()``.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isClosed = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func audited(_ note: AuditNote) -> Self { self }

    func bearer(of digest: TokenDigest) async throws(DomainError) -> TokenBearer? {
        let bearer = state.withLock { $0.bearers[digest] }
        lookUps.record(digest)
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                if state.isClosed { state.waiting.append(continuation) }
                return state.isClosed
            }
            if !isClosed { continuation.resume() }
        }
        return bearer
    }

    func create(
        id: TokenID, userID: UserID, request: TokenRequest, digest: TokenDigest
    ) async throws(DomainError) -> APIToken {
        throw .failure
    }

    func list(userID: UserID) async throws(DomainError) -> [APIToken] { [] }

    func revoke(_ id: TokenID, userID: UserID) async throws(DomainError) {
        // Also when nobody learns whether it was done.
        throw .ambiguous
    }
}
