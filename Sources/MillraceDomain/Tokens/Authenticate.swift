/// Finds out who asks.
public struct Authenticate: Sendable {
    private let tokens: any TokenRepository

    /// Makes the use case.
    public init(tokens: any TokenRepository) {
        self.tokens = tokens
    }

    /// The caller who bears this token.
    ///
    /// - Throws: `DomainError.unauthenticated` for an unknown, revoked or expired token.
    public func callAsFunction(_ secret: TokenSecret) async throws(DomainError) -> Caller {
        try await self(secret, digest: secret.digest)
    }

    /// The same for who has the token's digest already. A mistyped token is refused without asking for it.
    public func callAsFunction(_ secret: TokenSecret, digest: TokenDigest) async throws(DomainError) -> Caller {
        guard !secret.isMistyped else { throw .unauthenticated }
        guard let caller = try await tokens.caller(for: digest) else { throw .unauthenticated }
        return caller
    }
}
