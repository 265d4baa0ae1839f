/// Gives a new installation its first administrator.
public struct InstallBootstrapToken: Sendable {
    /// Shorter tokens are refused.
    public static let minimumLength = 32

    private let ensureUser: EnsureUser
    private let tokens: any TokenRepository
    private let ids: any IDGenerator

    /// Makes the use case.
    public init(users: any UserRepository, tokens: any TokenRepository, ids: any IDGenerator) {
        let note = AuditNote(.process("bootstrap"))
        self.ensureUser = EnsureUser(users: users.audited(note), ids: ids)
        self.tokens = tokens.audited(note)
        self.ids = ids
    }

    /// Makes the user with `profile` and gives it an admin token with the secret. Repeating it changes nothing.
    ///
    /// - Throws: `DomainError.invalid` for a secret of fewer than 32 characters.
    public func callAsFunction(_ secret: TokenSecret, profile: UserProfile) async throws(DomainError) {
        guard secret.text.utf8.count >= Self.minimumLength else {
            throw .invalid([FieldError("BOOTSTRAP_TOKEN", .outOfRange, "must have at least 32 characters")])
        }
        if try await tokens.caller(for: secret.digest) != nil { return }
        let user = try await ensureUser(profile)
        let request: TokenRequest
        do {
            request = try TokenRequest(name: UserName("bootstrap"), scopes: [.admin], expiresAt: nil)
        } catch {
            throw .invalid([error])
        }
        _ = try await tokens.create(id: ids.next(), userID: user.id, request: request, digest: secret.digest)
    }
}
