import MillraceDomain

/// A key's row, locked.
struct UniqueRow {
    let key: UniqueKey
    /// Who holds it or did.
    let jobID: JobID?
    /// For how long: the name of a `UniqueClaim.Scope`.
    let scope: String?
    /// Whether its window has ended.
    let isOver: Bool

    /// Who holds the key now.
    ///
    /// - Parameter job: the job as the store has it; nil when it has gone to the archive, or is forgotten.
    func holder(_ job: Job?) -> UniqueHolder? {
        guard let jobID, !isOver else { return nil }
        if scope == UniqueClaim.Scope.active.word, job?.state.isTerminal ?? true { return nil }
        return job.map(UniqueHolder.here) ?? .gone(jobID)
    }
}

/// The job that holds a key.
enum UniqueHolder {
    /// The job is here.
    case here(Job)
    /// It has ended and gone, to the archive or altogether.
    case gone(JobID)

    /// Which job it is.
    var id: JobID {
        switch self {
        case .here(let job): job.id
        case .gone(let id): id
        }
    }

    /// What a submission is told that does not become a job.
    func answer(to conflict: UniqueClaim.Conflict) -> SubmitOutcome {
        switch (conflict, self) {
        case (.return, .here(let job)): .existing(job)
        case (.return, .gone(let id)): .uniqueArchived(id)
        case (.reject, _), (.replace, _): .uniqueConflict(id)
        }
    }
}

/// What becomes of a submission by its key.
enum UniqueVerdict {
    /// The key has no say: there is none, or the submission's own id is that of a job.
    case none
    /// The key is free for it.
    case free
    /// The key is free for it once this job, which waits, is cancelled.
    case replacing(Job)
    /// Another job holds the key.
    case held(UniqueHolder, SubmitOutcome)
}
