/// Begins to remove everything that belongs to a user.
public struct EraseUser: Sendable {
    private let erasures: any ErasureRepository
    private let ids: any IDGenerator

    /// Makes the use case.
    public init(erasures: any ErasureRepository, ids: any IDGenerator) {
        self.erasures = erasures
        self.ids = ids
    }

    /// Removes the user and its tokens at once; the rest follows, see `ContinueErasure`.
    ///
    /// - Returns: the operation, which goes on after this returns.
    /// - Throws: `DomainError.forbidden`, `.notFound(.user)`.
    public func callAsFunction(_ id: UserID, by caller: Caller) async throws(DomainError) -> Erasure {
        try caller.require(.usersWrite)
        guard caller.mayTouch(id) else { throw .notFound(.user) }
        return try await erasures.audited(caller.note).begin(ids.next(), user: id)
    }
}
