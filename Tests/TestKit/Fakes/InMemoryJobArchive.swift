public import MillraceDomain
import Synchronization

/// The archive of finished jobs as a dictionary.
public final class InMemoryJobArchive: JobArchive {
    private struct State {
        var jobs: [JobID: Job] = [:]
        var outage: DomainError?
    }

    private let state = Mutex(State())

    /// Makes an empty archive.
    public init() {}

    /// Lets every call throw `error` until this is called with nil.
    public func setOutage(_ error: DomainError?) {
        state.withLock { $0.outage = error }
    }

    public func put(_ jobs: [Job]) async throws(DomainError) {
        try withJobs { all in
            for job in jobs { all[job.id] = job }
        }
    }

    public func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job? {
        try withJobs { $0[id] }.flatMap { owner == nil || $0.ownerID == owner ? $0 : nil }
    }

    public func list(owner: UserID, page: PageRequest) async throws(DomainError) -> Page<Job> {
        page.page(of: try withJobs { $0.values.filter { $0.ownerID == owner } }, at: \.position)
    }

    private func withJobs<Result: Sendable>(
        _ body: (inout [JobID: Job]) -> Result
    ) throws(DomainError) -> Result {
        try state.withLock { (state) throws(DomainError) in
            if let outage = state.outage { throw outage }
            return body(&state.jobs)
        }
    }
}
