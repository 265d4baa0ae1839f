public import MillraceDomain
import Synchronization

/// The archive of ended jobs as a dictionary.
public final class InMemoryJobArchive: JobArchive {
    private struct State {
        var jobs: [JobID: ArchivedJob] = [:]
        var outage: DomainError?
    }

    /// How many jobs one call of `erase(owner:)` removes at most.
    public static let eraseBatch = 100

    public let listingDelay: Duration
    public var sharesJobStore: Bool { false }
    private let state = Mutex(State())

    /// Makes an empty archive.
    ///
    /// - Parameter listingDelay: what it says of itself; its lists are never late.
    public init(listingDelay: Duration = .zero) {
        self.listingDelay = listingDelay
    }

    /// Lets every call throw `error` until this is called with nil.
    public func setOutage(_ error: DomainError?) {
        state.withLock { $0.outage = error }
    }

    /// Everything that is kept.
    public var jobs: [ArchivedJob] { state.withLock { Array($0.jobs.values) } }

    public func put(_ jobs: [ArchivedJob]) async throws(DomainError) {
        try withJobs { all in
            for archived in jobs where (all[archived.job.id]?.job.generation ?? -1) < archived.job.generation {
                all[archived.job.id] = archived
            }
        }
    }

    public func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> ArchivedJob? {
        try withJobs { $0[id] }.flatMap { owner == nil || $0.job.ownerID == owner ? $0 : nil }
    }

    public func list(
        owner: UserID, filter: JobFilter, page: PageRequest
    ) async throws(DomainError) -> Page<Job> {
        var filter = filter
        filter.owner = owner
        return page.page(of: try withJobs { $0.values.map(\.job).filter(filter.passes) }, at: \.position)
    }

    public func erase(owner: UserID) async throws(DomainError) -> Int {
        try withJobs { all in
            let some = all.values.filter { $0.job.ownerID == owner }.prefix(Self.eraseBatch)
            for archived in some { all[archived.job.id] = nil }
            return some.count
        }
    }

    public func erase(_ ids: [JobID]) async throws(DomainError) {
        try withJobs { all in
            for id in ids { all[id] = nil }
        }
    }

    private func withJobs<Result: Sendable>(
        _ body: (inout [JobID: ArchivedJob]) -> Result
    ) throws(DomainError) -> Result {
        try state.withLock { (state) throws(DomainError) in
            if let outage = state.outage { throw outage }
            return body(&state.jobs)
        }
    }
}
