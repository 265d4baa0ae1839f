import HTTPTypes
import MillraceDomain

/// Finds out who asks, and whether they ask too often.
struct TokenGate: Sendable {
    /// In the fields of the answers.
    static let name = "token"

    let authenticate: Authenticate
    /// Nil where wrong tokens are not counted.
    let failures: FailureLimit?
    /// Nil where requests are not.
    let requests: RateLimiter?

    /// The bearer of a token.
    ///
    /// - Throws: `DomainError.unauthenticated`; a problem for an address that has to wait.
    func enter(_ secret: TokenSecret, _ digest: TokenDigest, from address: ClientAddress?) async throws -> Caller {
        guard let failures else { return try await authenticate(secret, digest: digest) }
        return try await failures.attempt(digest, from: address) { () async throws(DomainError) in
            try await authenticate(secret, digest: digest)
        }
    }

    /// Counts a request of a token that is right.
    ///
    /// - Returns: what to tell the client of it.
    /// - Throws: a problem when there were too many.
    func count(_ digest: TokenDigest) throws(Problem) -> HTTPFields {
        guard let requests else { return [:] }
        let standing = requests.take(digest)
        guard standing.isAllowed else {
            throw standing.problem(Self.name, "This token is used too often.")
        }
        return standing.fields(Self.name)
    }
}
