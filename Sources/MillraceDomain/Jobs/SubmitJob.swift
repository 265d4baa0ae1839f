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
    /// - Throws: `DomainError.forbidden`, `.invalid` for an unknown kind, `.conflict(.idTaken)`, `.unauthenticated`
    ///   when the caller's user has been deleted meanwhile.
    public func callAsFunction(
        _ submission: JobSubmission, by caller: Caller
    ) async throws(DomainError) -> (job: Job, isNew: Bool, isArchived: Bool) {
        guard let result = try await submitJobs([submission], by: caller).first else { throw .failure }
        switch try result.get() {
        case .accepted(let job): return (job, true, false)
        case .existing(let job, let isArchived): return (job, false, isArchived)
        case .idTaken, .archived: throw .conflict(.idTaken)
        case .unknownOwner: throw .unauthenticated
        }
    }
}
