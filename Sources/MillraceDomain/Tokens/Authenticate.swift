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
        guard let caller = try await tokens.caller(for: secret.digest) else { throw .unauthenticated }
        return caller
    }
}
