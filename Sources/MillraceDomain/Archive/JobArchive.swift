/// Where ended jobs live after their hot time.
///
/// What is archived never changes: a job is kept once for each of its generations, and only the latest counts. So
/// puts may be repeated, come late or overtake each other, and no lock is needed for them to be right.
///
/// Every method may throw `DomainError.unavailable` or `.failure`.
public protocol JobArchive: Sendable {
    /// How long after its put a job may still be missing from lists and erasures; `find` never misses it.
    var listingDelay: Duration { get }

    /// Whether its work is done by the store of the live jobs, so that an archiver gets in their way.
    var sharesJobStore: Bool { get }

    /// Stores ended jobs; when this returns, all of them are durable.
    ///
    /// - Parameter jobs: of any owners, at most one of each id, any number.
    func put(_ jobs: [ArchivedJob]) async throws(DomainError)

    /// The latest generation of the archived job with this id, if it belongs to `owner` (nil: any); payload and
    /// result byte for byte.
    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> ArchivedJob?

    /// An owner's archived jobs that pass the filter, newest first, each in its latest generation.
    ///
    /// - Parameter filter: its owner is not looked at.
    /// - Returns: at most `page.limit` jobs. Rare matches are looked for in steps of bounded work: a page may hold
    ///   fewer jobs, even none, and still say where the list goes on.
    func list(owner: UserID, filter: JobFilter, page: PageRequest) async throws(DomainError) -> Page<Job>

    /// Removes some of an owner's jobs in all their generations.
    ///
    /// - Returns: how many jobs were removed, some hundred at most; 0 when there are none left to see.
    func erase(owner: UserID) async throws(DomainError) -> Int

    /// Removes these jobs in all their generations; ids that it does not know are no error.
    func erase(_ ids: [JobID]) async throws(DomainError)
}
