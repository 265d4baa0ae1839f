/// Removes what came to an erased user's name after the erasure was done: copies of an archiver that was frozen
/// meanwhile, records that still lay on a topic.
public struct EraseLatecomers: Sendable {
    private let erasures: any ErasureRepository
    private let archive: any JobArchive
    private let age: Duration

    /// Makes the use case.
    ///
    /// - Parameter age: how long after an erasure something may still come; no shorter than topics keep records.
    public init(
        erasures: any ErasureRepository, archive: any JobArchive, age: Duration = .seconds(14 * 86_400)
    ) {
        self.erasures = erasures
        self.archive = archive
        self.age = age
    }

    /// Looks through everything once.
    ///
    /// - Returns: how much was removed.
    public func callAsFunction() async throws(DomainError) -> Int {
        var removed = 0
        for user in try await erasures.erased(within: age) {
            removed += try await some { () async throws(DomainError) in try await archive.erase(owner: user) }
            removed += try await some { () async throws(DomainError) in
                try await erasures.removeDeadRecords(of: user, limit: 500)
            }
            removed += try await some { () async throws(DomainError) in
                let (records, claims) = try await erasures.removeKeys(of: user, limit: 500)
                return records + claims
            }
        }
        return removed
    }

    /// Removes until there is nothing left, or more than can be in one look.
    private func some(_ remove: () async throws(DomainError) -> Int) async throws(DomainError) -> Int {
        var removed = 0
        for _ in 0..<100 {
            let some = try await remove()
            guard some > 0 else { break }
            removed += some
        }
        return removed
    }
}
