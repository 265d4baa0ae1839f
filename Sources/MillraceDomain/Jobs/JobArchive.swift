/// Where finished jobs live after their hot time.
///
/// Every method may throw `DomainError.unavailable` or `.failure`.
public protocol JobArchive: Sendable {
    /// Stores finished jobs. Putting a job again replaces it, so that an interrupted batch is simply repeated; when
    /// this returns, all of them are durable.
    ///
    /// - Parameter jobs: terminal jobs of any owners, at most one of each id, any number.
    func put(_ jobs: [Job]) async throws(DomainError)

    /// The archived job with this id, if it belongs to `owner` (nil: any); payload and result byte for byte.
    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job?

    /// An owner's archived jobs, newest first.
    func list(owner: UserID, page: PageRequest) async throws(DomainError) -> Page<Job>
}
