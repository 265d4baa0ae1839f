/// Makes of a record what it asks for: at ingest, and again when a dead one is replayed.
struct ReadRecord: Sendable {
    /// What a record turned out to be.
    enum Reading {
        /// Our own word that a job is ready.
        case dispatch(JobID)
        /// A job that can be stored.
        case job(IngestBatch.Entry)
        /// Nothing that can become a job.
        case dead(IngestBatch.DeadEntry)
    }

    let decoder: any RecordDecoder
    let catalogue: HandlerCatalogue

    /// - Parameters:
    ///   - incarnation: which life of its topic the record belongs to.
    ///   - owner: to whom the job belongs if the record names nobody.
    func callAsFunction(_ record: SourceRecord, incarnation: Int32, owner: UserID) -> Reading {
        switch decoder.decode(record, incarnation: incarnation) {
        case .dispatch(let id): return .dispatch(id)
        case .unreadable(let reason, let named):
            return .dead(IngestBatch.DeadEntry(record: record, reason: reason, ownerID: named ?? owner))
        case .submission(let request):
            let owner = request.ownerID ?? owner
            let kind = request.submission.kind
            guard let description = catalogue[kind] else {
                let reason = DeadReason(.unknownKind, "The kind “\(kind.text)” has no handler.")
                return .dead(IngestBatch.DeadEntry(record: record, reason: reason, ownerID: owner, kind: kind))
            }
            var submission = request.submission
            submission.maxAttempts = submission.maxAttempts ?? description.policy.maxAttempts
            let job = NewJob(
                id: request.jobID, ownerID: owner, submission: submission, onDead: description.policy.onDead)
            return .job(IngestBatch.Entry(record: record, identity: request.identity, job: job))
        }
    }
}
