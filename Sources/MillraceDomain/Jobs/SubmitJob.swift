/// Accepts one job.
public struct SubmitJob: Sendable {
    private let submitJobs: SubmitJobs

    /// Makes the use case.
    public init(submitJobs: SubmitJobs) {
        self.submitJobs = submitJobs
    }

    /// Accepts the submission for the caller; when this returns, the job is durable and consumers are told.
    ///
    /// - Returns: the job, and whether it is new or was there with the same id and content.
    /// - Throws: `DomainError.forbidden`, `.invalid` for an unknown kind, `.conflict(.idTaken)`, `.unauthenticated`
    ///   when the caller's user has been deleted meanwhile.
    public func callAsFunction(
        _ submission: JobSubmission, by caller: Caller
    ) async throws(DomainError) -> (job: Job, isNew: Bool) {
        guard let result = try await submitJobs([submission], by: caller).first else { throw .failure }
        switch try result.get() {
        case .accepted(let job): return (job, true)
        case .existing(let job): return (job, false)
        case .idTaken: throw .conflict(.idTaken)
        case .unknownOwner: throw .unauthenticated
        }
    }
}
