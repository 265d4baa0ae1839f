public import MillraceDomain

/// A token and the digest of its secret.
struct StoredToken {
    let token: APIToken
    let digest: TokenDigest
}

extension InMemoryStore: TokenRepository {
    public func create(
        id: TokenID, userID: UserID, request: TokenRequest, digest: TokenDigest
    ) async throws(DomainError) -> APIToken {
        try transact { (state, now) throws(DomainError) in
            guard state.users[userID] != nil else { throw .notFound(.user) }
            if let stored = state.token(with: digest) { return stored }
            let token = APIToken(
                id: id, userID: userID, name: request.name, scopes: request.scopes, createdAt: now,
                expiresAt: request.expiresAt)
            state.tokens[id] = StoredToken(token: token, digest: digest)
            state.record(.tokenCreate, .init(.token, id), note, now)
            return token
        }
    }

    public func bearer(of digest: TokenDigest) async throws(DomainError) -> TokenBearer? {
        try transact { state, now in
            guard let token = state.token(with: digest), token.expiresAt.map({ now < $0 }) ?? true else {
                return nil
            }
            return TokenBearer(
                caller: Caller(userID: token.userID, scopes: token.scopes, tokenID: token.id),
                validFor: token.expiresAt.map { $0 - now })
        }
    }

    public func list(userID: UserID) async throws(DomainError) -> [APIToken] {
        try transact { state, _ in
            state.tokens.values.map(\.token).filter { $0.userID == userID }
                .sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
        }
    }

    public func revoke(_ id: TokenID, userID: UserID) async throws(DomainError) {
        try transact { (state, now) throws(DomainError) in
            guard state.tokens[id]?.token.userID == userID else { throw .notFound(.token) }
            state.tokens[id] = nil
            state.record(.tokenRevoke, .init(.token, id), note, now)
        }
    }
}

extension InMemoryStore.State {
    fileprivate func token(with digest: TokenDigest) -> APIToken? {
        tokens.values.first { $0.digest == digest }?.token
    }
}
