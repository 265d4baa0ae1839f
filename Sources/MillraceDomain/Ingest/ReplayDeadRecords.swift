/// Reads dead records anew, and makes jobs of those that can be read now.
struct ReplayDeadRecords: Sendable {
    let deadLetters: any DeadLetterRepository
    let readRecord: ReadRecord
    let dispatcher: any JobDispatcher
    let ingestOwner: @Sendable () async throws(DomainError) -> UserID

    /// Replays one batch in one transaction; counts in `run` what became of each.
    func callAsFunction(_ records: [DeadRecord], _ run: inout ReplayRun) async throws(DomainError) {
        var readable: [RecordReplay] = []
        for record in records {
            switch try await read(record, run) {
            case .success(let entry):
                readable.append(RecordReplay(id: record.id, entry: entry.starting(run.takeStart(), now: run.now)))
            case .failure(let kept): run.report.keep(kept.letter)
            }
        }
        if run.request.isDryRun {
            run.report.matched += readable.count
            run.report.replayed += readable.count
        } else if !readable.isEmpty {
            let outcomes = try await deadLetters.audited(run.caller.note).replay(readable)
            for outcome in outcomes { count(outcome, &run.report) }
            dispatcher.dispatch(outcomes.compactMap(\.hint))
        }
    }

    private func count(_ outcome: RecordReplayOutcome, _ report: inout ReplayReport) {
        switch outcome {
        case .accepted:
            report.matched += 1
            report.replayed += 1
        case .duplicate:
            report.matched += 1
            report.duplicates += 1
        case .refused(let reason): report.keep(.unreadable(reason))
        case .gone: report.keep(.gone)
        }
    }

    private func read(
        _ dead: DeadRecord, _ run: ReplayRun
    ) async throws(DomainError) -> Result<IngestBatch.Entry, NotReplayed> {
        let owner: UserID
        if let known = dead.ownerID { owner = known } else { owner = try await ingestOwner() }
        switch readRecord(dead.record, incarnation: dead.incarnation ?? 0, owner: owner) {
        case .dispatch:
            let reason = DeadReason(.malformedDispatch, "It is word of a job, and asks for none.")
            return .failure(NotReplayed(letter: .unreadable(reason)))
        case .dead(let entry): return .failure(NotReplayed(letter: .unreadable(entry.reason)))
        case .job(let entry):
            // A record may name an owner in whom nobody trusted when it was kept.
            guard run.caller.mayTouch(entry.job.ownerID) else {
                return .failure(NotReplayed(letter: .skipped("other_owner")))
            }
            return .success(entry)
        }
    }
}

/// Why a record was not even tried.
private struct NotReplayed: Error {
    let letter: KeptLetter
}

extension IngestBatch.Entry {
    /// The same entry for a job that starts no sooner than `start`. A time by which it had to start is dropped once it
    /// has passed: it would end the job at once.
    fileprivate func starting(_ start: Timestamp?, now: Timestamp) -> IngestBatch.Entry {
        var submission = job.submission
        if let start, start > submission.runAt ?? now { submission.runAt = start }
        if let expiresAt = submission.expiresAt, expiresAt <= now { submission.expiresAt = nil }
        let job = NewJob(id: job.id, ownerID: job.ownerID, submission: submission, onDead: job.onDead)
        return IngestBatch.Entry(record: record, identity: identity, job: job)
    }
}

extension RecordReplayOutcome {
    /// Word for the consumers, where the job is ready now.
    fileprivate var hint: DispatchHint? {
        guard case .accepted(let job) = self, job.state == .queued else { return nil }
        return DispatchHint(jobID: job.id, queue: job.submission.queue)
    }
}
