public import MillraceDomain

/// A job as the store keeps it, for those who check the store from outside.
public struct StoredRow: Sendable {
    /// The job.
    public let job: Job
    /// When a sweep may take it up; nil for never.
    public let dueAt: Timestamp?
    /// Whose run it is: the lease's token.
    public let token: LeaseToken?
    /// Whether a sweep has set it aside because its queue is paused.
    public let isParked: Bool
    /// How its runs ended.
    public let attempts: [JobAttempt]

    init(_ stored: StoredJob) {
        job = stored.job
        dueAt = stored.dueAt
        token = stored.holder?.token
        isParked = stored.isParked
        attempts = stored.attempts
    }
}

extension InMemoryStore {
    /// The row of a job; nil when there is none, and during an outage that a test has set.
    public func row(_ id: JobID) -> StoredRow? {
        try? transact { state, _ in state.jobs[id].map(StoredRow.init) }
    }

    /// All rows, in order of id.
    public var rows: [StoredRow] {
        let all = try? transact { state, _ in state.jobs.values.map(StoredRow.init) }
        return (all ?? []).sorted { $0.job.id < $1.job.id }
    }
}
