/// Accepts jobs.
public struct SubmitJobs: Sendable {
    let jobs: any JobRepository
    private let archive: any JobArchive
    private let dispatcher: any JobDispatcher
    private let catalogue: HandlerCatalogue
    private let ids: any IDGenerator

    /// Makes the use case.
    public init(
        jobs: any JobRepository, archive: any JobArchive, dispatcher: any JobDispatcher, catalogue: HandlerCatalogue,
        ids: any IDGenerator
    ) {
        self.jobs = jobs
        self.archive = archive
        self.dispatcher = dispatcher
        self.catalogue = catalogue
        self.ids = ids
    }

    /// Accepts the submissions for the caller; when this returns, the accepted are durable and consumers are told.
    ///
    /// - Returns: what became of each, in the order given; never `.archived` or `.uniqueArchived`, which
    ///   are looked into here.
    ///   When `isAtomic`, nothing is accepted unless every one is `.accepted` or `.existing`.
    /// - Throws: `DomainError.forbidden`, also when `isAtomic` and a kind wants a scope that the caller lacks;
    ///   `.invalid` when `isAtomic` and a kind is unknown, each fault's pointer
    ///   beginning with the submission's index.
    public func callAsFunction(
        _ submissions: [JobSubmission], isAtomic: Bool = false, by caller: Caller
    ) async throws(DomainError) -> [Result<SubmitOutcome, DomainError>] {
        var (results, accepted) = try prepare(submissions, isAtomic: isAtomic, by: caller)
        let outcomes = try await submit(accepted.map(\.job), isAtomic: isAtomic)
        for ((index, _), outcome) in zip(accepted, outcomes) { results[index] = outcome }
        return results
    }

    /// The jobs that may be stored, with their places, and what became of the others. The results of the former mean
    /// nothing yet.
    func prepare(
        _ submissions: [JobSubmission], isAtomic: Bool, by caller: Caller
    ) throws(DomainError) -> (results: Results, accepted: [(index: Int, job: NewJob)]) {
        try caller.require(.jobsWrite)
        var results: Results = []
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
        return (results, accepted)
    }

    /// Stores the jobs and tells the consumers.
    private func submit(
        _ new: [NewJob], isAtomic: Bool
    ) async throws(DomainError) -> [Result<SubmitOutcome, DomainError>] {
        let stored = try await jobs.submit(new, isAtomic: isAtomic)
        tell(stored, isAtomic: isAtomic)
        guard stored.contains(where: \.isInArchive) else { return stored.map { .success($0) } }
        let outcomes = await lookInto(stored, of: new)
        let isHere = stored.map { !$0.isInArchive }
        guard isAtomic, isHere.contains(true), outcomes.allSatisfy({ (try? $0.get())?.isJob ?? false }) else {
            return outcomes
        }
        // All of them are or may become jobs: those that the archive does not have, once more and alone.
        let rest = zip(new, isHere).filter(\.1).map(\.0)
        var again = try await submit(rest, isAtomic: true).makeIterator()
        return zip(outcomes, isHere).map { $1 ? again.next() ?? .failure(.failure) : $0 }
    }

    /// Tells the consumers of the jobs that were stored.
    func tell(_ stored: [SubmitOutcome], isAtomic: Bool) {
        let isRefused = isAtomic && !stored.allSatisfy(\.isJob)
        dispatcher.dispatch(isRefused ? [] : stored.compactMap(\.hint))
    }

    /// What the archive says of those whose job it has.
    func lookInto(
        _ stored: [SubmitOutcome], of new: [NewJob]
    ) async -> [Result<SubmitOutcome, DomainError>] {
        var outcomes: [Result<SubmitOutcome, DomainError>] = []
        var failure: DomainError?
        for (outcome, new) in zip(stored, new) {
            guard outcome.isInArchive else {
                outcomes.append(.success(outcome))
                continue
            }
            // An archive that does not answer is not waited for again and again.
            if let failure {
                outcomes.append(.failure(failure))
                continue
            }
            do throws(DomainError) {
                outcomes.append(.success(try await lookInto(outcome, of: new)))
            } catch {
                failure = error
                outcomes.append(.failure(error))
            }
        }
        return outcomes
    }

    private func lookInto(_ outcome: SubmitOutcome, of new: NewJob) async throws(DomainError) -> SubmitOutcome {
        guard case .uniqueArchived(let holder) = outcome else {
            guard let job = try await archive.find(new.id, owner: nil)?.job,
                job.isSame(as: new.submission, owner: new.ownerID)
            else { return .idTaken }
            return .existing(job, isArchived: true)
        }
        // A key that is held for ever outlives the job in the archive.
        guard let job = try await archive.find(holder, owner: new.ownerID)?.job else { return .uniqueConflict(holder) }
        return .existing(job, isArchived: true)
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
        return NewJob(
            id: submission.id ?? ids.next(), ownerID: caller.userID, submission: submission,
            onDead: description.policy.onDead)
    }

    private static let unknownKind = FieldError("/kind", .unknownKind, "has no handler, see GET /api/v1/kinds")
}

extension SubmitOutcome {
    /// Whether what was submitted is a job.
    var isJob: Bool {
        switch self {
        case .accepted, .existing: true
        case .idTaken, .archived, .unknownOwner, .uniqueConflict, .uniqueArchived, .overQuota: false
        }
    }

    /// Whether only the archive knows the job that it is about.
    var isInArchive: Bool {
        switch self {
        case .archived, .uniqueArchived: true
        case .accepted, .existing, .idTaken, .unknownOwner, .uniqueConflict, .overQuota: false
        }
    }

    /// Word for the consumers, where the job is ready now.
    var hint: DispatchHint? {
        guard case .accepted(let job) = self, job.state == .queued else { return nil }
        return DispatchHint(jobID: job.id, queue: job.submission.queue)
    }
}
