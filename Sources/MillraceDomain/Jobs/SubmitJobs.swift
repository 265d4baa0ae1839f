/// Accepts jobs.
public struct SubmitJobs: Sendable {
    private let jobs: any JobRepository
    private let dispatcher: any JobDispatcher
    private let catalogue: HandlerCatalogue
    private let ids: any IDGenerator

    /// Makes the use case.
    public init(
        jobs: any JobRepository, dispatcher: any JobDispatcher, catalogue: HandlerCatalogue, ids: any IDGenerator
    ) {
        self.jobs = jobs
        self.dispatcher = dispatcher
        self.catalogue = catalogue
        self.ids = ids
    }

    /// Accepts the submissions for the caller; when this returns, the accepted are durable and consumers are told.
    ///
    /// - Returns: what became of each, in the order given.
    ///   When `isAtomic`, nothing is accepted unless every one is `.accepted` or `.existing`.
    /// - Throws: `DomainError.forbidden`, also when `isAtomic` and a kind wants a scope that the caller lacks;
    ///   `.invalid` when `isAtomic` and a kind is unknown, each fault's pointer
    ///   beginning with the submission's index.
    public func callAsFunction(
        _ submissions: [JobSubmission], isAtomic: Bool = false, by caller: Caller
    ) async throws(DomainError) -> [Result<SubmitOutcome, DomainError>] {
        try caller.require(.jobsWrite)
        var results: [Result<SubmitOutcome, DomainError>] = []
        var accepted: [(index: Int, job: NewJob)] = []
        for (index, submission) in submissions.enumerated() {
            do {
                accepted.append((index, try newJob(submission, by: caller)))
                results.append(.success(.unknownOwner))
            } catch {
                results.append(.failure(error))
            }
        }
        if isAtomic { try Self.requireJobs(results) }
        let outcomes = try await jobs.submit(accepted.map(\.job), isAtomic: isAtomic)
        for ((index, _), outcome) in zip(accepted, outcomes) { results[index] = .success(outcome) }
        let isRefused = isAtomic && !outcomes.allSatisfy(\.isJob)
        dispatcher.dispatch(isRefused ? [] : outcomes.compactMap(\.hint))
        return results
    }

    /// Passes when every submission may become a job.
    private static func requireJobs(_ results: [Result<SubmitOutcome, DomainError>]) throws(DomainError) {
        var faults: [FieldError] = []
        for (index, result) in results.enumerated() {
            switch result {
            case .success: break
            case .failure(.invalid(let found)): faults += found.map { $0.under("/\(index)") }
            case .failure(let error): throw error
            }
        }
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    private func newJob(_ submission: JobSubmission, by caller: Caller) throws(DomainError) -> NewJob {
        guard let description = catalogue[submission.kind] else { throw .invalid([Self.unknownKind]) }
        if let scope = description.requiredScope { try caller.require(scope) }
        var submission = submission
        submission.maxAttempts = submission.maxAttempts ?? description.policy.maxAttempts
        return NewJob(id: submission.id ?? ids.next(), ownerID: caller.userID, submission: submission)
    }

    private static let unknownKind = FieldError("/kind", .unknownKind, "has no handler, see GET /api/v1/kinds")
}

extension SubmitOutcome {
    /// Whether what was submitted is a job.
    fileprivate var isJob: Bool {
        switch self {
        case .accepted, .existing: true
        case .idTaken, .unknownOwner: false
        }
    }

    /// Word for the consumers, where the job is ready now.
    var hint: DispatchHint? {
        guard case .accepted(let job) = self, job.state == .queued else { return nil }
        return DispatchHint(jobID: job.id, queue: job.submission.queue)
    }
}
