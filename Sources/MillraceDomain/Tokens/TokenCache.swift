import Synchronization

/// Tokens with a memory of those that were asked for lately.
///
/// A token that is taken back in the store is refused here within ``TokenCacheLimits/patience``, whatever becomes of
/// the store, of the connection on which changes are told, or of this process: what is remembered counts only for so
/// long after a moment of which it is proved that everything before it has been told. Without that proof every question
/// goes to the store, as if there were no memory.
public struct TokenCache: TokenRepository {
    /// What became of a question, for counting.
    public enum Event: Sendable, CaseIterable {
        /// It was answered from memory, or shares the store's answer to another.
        case hit
        /// It went to the store, and the answer may be remembered.
        case miss
        /// It went to the store, because memory cannot be trusted.
        case bypass
        /// Not a question: something was forgotten because it was told to have changed.
        case invalidation
    }

    /// The memory of all copies.
    private final class Shared: Sendable {
        let memory: Mutex<TokenMemory>

        init(_ limits: TokenCacheLimits) {
            memory = Mutex(TokenMemory(limits))
        }
    }

    private var tokens: any TokenRepository
    private let now: @Sendable () -> ContinuousClock.Instant
    private let note: @Sendable (Event) -> Void
    private let shared: Shared

    /// Makes an empty memory that nobody trusts yet.
    ///
    /// - Parameters:
    ///   - tokens: where the truth is.
    ///   - now: the clock by which everything here is measured.
    ///   - note: counts; called on the way of every question, so that it must be quick.
    public init(
        tokens: any TokenRepository, limits: TokenCacheLimits = TokenCacheLimits(),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        note: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.tokens = tokens
        self.now = now
        self.note = note
        shared = Shared(limits)
    }

    public func audited(_ note: AuditNote) -> Self {
        var copy = self
        copy.tokens = tokens.audited(note)
        return copy
    }

    /// Takes in what the store tells, in the order in which it tells it.
    public func hear(_ news: TokenNews) {
        shared.memory.withLock { $0.hear(news) }
        if case .changed = news { note(.invalidation) }
    }

    /// Whether anything was asked since this was asked last: whether proofs are worth their while.
    public func takeInterest() -> Bool {
        shared.memory.withLock { memory in
            defer { memory.wasAsked = false }
            return memory.wasAsked
        }
    }

    public func bearer(of digest: TokenDigest) async throws(DomainError) -> TokenBearer? {
        let asked = now()
        let plan = shared.memory.withLock { memory in
            memory.plan(digest, asked) { number in Task { await self.load(digest, asked, number) } }
        }
        switch plan {
        case .remembered(let bearer):
            note(.hit)
            return bearer
        case .joined(let load):
            note(.hit)
            return try await load.value.get()
        case .loading(let load):
            note(.miss)
            return try await load.value.get()
        case .bypassed:
            note(.bypass)
            return try await tokens.bearer(of: digest)
        }
    }

    /// Everybody who asks for the digest meanwhile awaits this, also when the first of them has gone.
    private func load(
        _ digest: TokenDigest, _ asked: ContinuousClock.Instant, _ number: Int
    ) async -> Result<TokenBearer?, DomainError> {
        let answer: Result<TokenBearer?, DomainError>
        do {
            answer = .success(try await tokens.bearer(of: digest))
        } catch {
            answer = .failure(error)
        }
        shared.memory.withLock { $0.finish(number, digest, asked, answer) }
        return answer
    }

    public func create(
        id: TokenID, userID: UserID, request: TokenRequest, digest: TokenDigest
    ) async throws(DomainError) -> APIToken {
        defer { shared.memory.withLock { $0.hear(.changed(userID)) } }
        return try await tokens.create(id: id, userID: userID, request: request, digest: digest)
    }

    public func list(userID: UserID) async throws(DomainError) -> [APIToken] {
        try await tokens.list(userID: userID)
    }

    /// Removes a token: it is refused here from the next question on, elsewhere once that is told.
    public func revoke(_ id: TokenID, userID: UserID) async throws(DomainError) {
        defer { shared.memory.withLock { $0.hear(.changed(userID)) } }
        try await tokens.revoke(id, userID: userID)
    }
}
