/// Where erasures are written down, and what they remove outside the archive.
///
/// "Now" is the store's clock. Every method may throw `DomainError.unavailable`, `.ambiguous` (writes) or `.failure`
/// besides what it names.
public protocol ErasureRepository: AuditedPort {
    /// Removes the user and its tokens at once, whatever jobs it has, and writes the erasure down, both or neither.
    ///
    /// - Returns: the erasure; an earlier one if the user was erased before.
    /// - Throws: `DomainError.notFound(.user)`.
    func begin(_ id: ErasureID, user: UserID) async throws(DomainError) -> Erasure

    /// The erasure with this id.
    func find(_ id: ErasureID) async throws(DomainError) -> Erasure?

    /// Of the erasures that are not done the one that was saved longest ago, and how long ago it entered its phase.
    func unfinished() async throws(DomainError) -> (erasure: Erasure, phaseAge: Duration)?

    /// The users whose erasure was done so long ago at most.
    func erased(within age: Duration) async throws(DomainError) -> [UserID]

    /// Removes some of the user's jobs that are not running, with their runs, and asks the running ones to stop.
    ///
    /// - Returns: how many were removed, and how many are left, at most `limit`.
    func removeJobs(of user: UserID, limit: Int) async throws(DomainError) -> (removed: Int, left: Int)

    /// Removes some of the dead records that would have become jobs of the user.
    ///
    /// - Returns: how many; 0 when none are left.
    func removeDeadRecords(of user: UserID, limit: Int) async throws(DomainError) -> Int

    /// Removes some of the replies kept for the user's requests, and of the user's unique keys.
    ///
    /// - Returns: how many of each; 0 when none are left.
    func removeKeys(of user: UserID, limit: Int) async throws(DomainError) -> (records: Int, claims: Int)

    /// Writes down how far an erasure is; its times are the store's. The phase's age begins anew when it changes.
    func save(_ erasure: Erasure) async throws(DomainError)
}
