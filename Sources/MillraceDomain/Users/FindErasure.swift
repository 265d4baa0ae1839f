/// Shows how far an erasure is.
public struct FindErasure: Sendable {
    private let erasures: any ErasureRepository

    /// Makes the use case.
    public init(erasures: any ErasureRepository) {
        self.erasures = erasures
    }

    /// The erasure with this id. Its user's tokens are gone, so that only an admin can ask.
    ///
    /// - Throws: `DomainError.forbidden`, `.notFound(.operation)`.
    public func callAsFunction(_ id: ErasureID, by caller: Caller) async throws(DomainError) -> Erasure {
        try caller.require(.admin)
        guard let erasure = try await erasures.find(id) else { throw .notFound(.operation) }
        return erasure
    }
}
