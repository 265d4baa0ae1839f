import MillraceDomain

/// Forgets ordering keys, so that jobs run as they come.
struct OrderByArrival: StoreWrapper {
    let base: any Store

    func submit(_ jobs: [NewJob], isAtomic: Bool) async throws(DomainError) -> [SubmitOutcome] {
        try await base.submit(jobs.map(Self.keyless), isAtomic: isAtomic)
    }

    func ingest(_ batch: IngestBatch) async throws(DomainError) -> IngestResult {
        let entries = batch.entries.map { entry in
            IngestBatch.Entry(record: entry.record, identity: entry.identity, job: Self.keyless(entry.job))
        }
        return try await base.ingest(
            IngestBatch(position: batch.position, nextOffset: batch.nextOffset, entries: entries, dead: batch.dead))
    }

    private static func keyless(_ job: NewJob) -> NewJob {
        var submission = job.submission
        submission.orderingKey = nil
        return NewJob(id: job.id, ownerID: job.ownerID, submission: submission, onDead: job.onDead)
    }
}
