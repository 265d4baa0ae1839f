import MillraceDomain
import Synchronization

/// Keeps an address that tries one wrong token after another away from the store, and from nobody else.
///
/// A token that nobody has proved yet is counted before it is looked up, so that a thousand at once are no way around,
/// and given back when it turns out to be right. A token that was right before is let through whatever its address has
/// done: whoever shares an address with an attacker goes on working. New ones have to wait for their turn there.
final class FailureLimit: Sendable {
    /// In the fields of the answers.
    static let name = "failed-authentication"

    private let limiter: RateLimiter
    /// Digests that were right when they were last looked up. It permits nothing but to be looked up.
    private let proven: Mutex<RecentEntries<TokenDigest, Void>>

    init(_ limiter: RateLimiter, remembered: Int = 16_384) {
        self.limiter = limiter
        proven = Mutex(RecentEntries(capacity: remembered))
    }

    /// Looks a token up, unless its address has to wait.
    ///
    /// - Parameter address: nil counts as one address too: a client that is gone already has none.
    /// - Throws: what `lookUp` throws; a problem when the address has to wait.
    func attempt(
        _ digest: TokenDigest, from address: ClientAddress?, lookUp: () async throws(DomainError) -> Caller
    ) async throws -> Caller {
        if proven.withLock({ $0.find(digest) }) != nil { return try await again(digest, lookUp) }
        let standing = limiter.take(address)
        guard standing.isAllowed else {
            throw standing.problem(Self.name, "Too many wrong tokens have come from this address.")
        }
        do {
            let caller = try await lookUp()
            limiter.giveBack(address)
            proven.withLock { $0.set((), for: digest) }
            return caller
        } catch {
            // That the store cannot be asked is nobody's fault.
            if error != .unauthenticated { limiter.giveBack(address) }
            throw error
        }
    }

    private func again(
        _ digest: TokenDigest, _ lookUp: () async throws(DomainError) -> Caller
    ) async throws(DomainError) -> Caller {
        do {
            return try await lookUp()
        } catch {
            if error == .unauthenticated { proven.withLock { $0.remove(digest) } }
            throw error
        }
    }
}
