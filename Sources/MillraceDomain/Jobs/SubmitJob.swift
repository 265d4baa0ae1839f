/// A job and how it answers a submission: whether it is new or was there, and whether it was archived.
public typealias SubmittedJob = (job: Job, isNew: Bool, isArchived: Bool)

/// Accepts one job.
public struct SubmitJob: Sendable {
    private let submitJobs: SubmitJobs

    /// Makes the use case.
    public init(submitJobs: SubmitJobs) {
        self.submitJobs = submitJobs
    }

    /// Accepts the submission for the caller; when this returns, the job is durable and consumers are told.
    ///
    /// - Returns: the job, whether it is new or was there with the same id and content, and whether it was archived.
    /// - Throws: `DomainError.forbidden`, `.invalid` for an unknown kind, `.conflict(.idTaken)`, `.uniqueConflict`,
    ///   `.quotaExceeded`; `.unauthenticated`
    ///   when the caller's user has been deleted meanwhile.
    public func callAsFunction(
        _ submission: JobSubmission, by caller: Caller
    ) async throws(DomainError) -> SubmittedJob {
        try Self.submitted(try await submitJobs([submission], by: caller))
    }

    private static func submitted(_ results: SubmitJobs.Results) throws(DomainError) -> SubmittedJob {
        guard let result = results.first else { throw .failure }
        switch try result.get() {
        case .accepted(let job): return (job, true, false)
        case .existing(let job, let isArchived): return (job, false, isArchived)
        case .idTaken, .archived: throw .conflict(.idTaken)
        case .uniqueConflict(let holder), .uniqueArchived(let holder): throw .uniqueConflict(holder)
        case .unknownOwner: throw .unauthenticated
        case .overQuota(let excess): throw .quotaExceeded(excess)
        }
    }

    /// Accepts the submission of a request that may be sent again, and keeps its reply with the job.
    ///
    /// - Parameter keeping: makes the reply of the job.
    /// - Throws: what the call without `keeping` throws; `DomainError.conflict(.idempotencyInFlight)`,
    ///   `.idempotencyMismatch`.
    public func callAsFunction(
        _ submission: JobSubmission, by caller: Caller, keeping: ReplyKeeping<SubmittedJob>
    ) async throws(DomainError) -> RepeatableAnswer<SubmittedJob> {
        let kept = ReplyKeeping<SubmitJobs.Results>(keeping.request) { results in
            (try? Self.submitted(results)).flatMap(keeping.reply)
        }
        switch try await submitJobs([submission], by: caller, keeping: kept) {
        case .repeated(let reply): return .repeated(reply)
        case .done(let results): return .done(try Self.submitted(results))
        }
    }
}
