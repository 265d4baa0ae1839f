/// Sends dead jobs back to their queues.
struct SendBackDeadJobs: Sendable {
    private let deadLetters: any DeadLetterRepository
    private let jobs: any JobRepository
    private let archive: any JobArchive
    private let dispatcher: any JobDispatcher
    private let retryJob: RetryJob

    init(
        deadLetters: any DeadLetterRepository, jobs: any JobRepository, archive: any JobArchive,
        dispatcher: any JobDispatcher, catalogue: HandlerCatalogue
    ) {
        self.deadLetters = deadLetters
        self.jobs = jobs
        self.archive = archive
        self.dispatcher = dispatcher
        self.retryJob = RetryJob(jobs: jobs, archive: archive, dispatcher: dispatcher, catalogue: catalogue)
    }

    /// Sends back the jobs of one batch: those on which nothing hangs in one transaction, the others one by one, each
    /// with all that hangs on it. Counts in `run` what became of each.
    func callAsFunction(_ letters: [ReplayCandidate], _ run: inout ReplayRun) async throws(DomainError) {
        var returns: [JobReturn] = []
        var alone: [(id: JobID, generation: Int)] = []
        for case .job(let id, let generation, _, let isAlone) in letters {
            if isAlone {
                alone.append((id, generation))
            } else {
                returns.append(JobReturn(id: id, generation: generation, startsAt: run.takeStart()))
            }
        }
        if run.request.isDryRun {
            run.report.matched += returns.count + alone.count
            run.report.replayed += returns.count + alone.count
            return
        }
        if !returns.isEmpty { try await sendBack(returns, &run) }
        for job in alone { try await retry(job.id, deadIn: job.generation, &run) }
    }

    /// The jobs that were asked for by id and are in the archive alone, as far as they pass the filter.
    func archived(_ run: inout ReplayRun) async throws(DomainError) {
        for id in run.filter.ids ?? [] where !run.seen.contains(id) && run.report.matched < run.request.limit {
            guard try await jobs.find(JobID(id), owner: nil) == nil,
                let archived = try await archive.find(JobID(id), owner: run.caller.ownerFilter),
                archived.job.state == .dead,
                run.filter.passes(.job(archived.job))
            else { continue }
            if run.request.isDryRun, archived.hasWholePayload {
                run.report.matched += 1
                run.report.replayed += 1
            } else if run.request.isDryRun {
                run.report.keep(.skipped(DomainError.Conflict.payloadTrimmed.rawValue))
            } else {
                try await retry(JobID(id), deadIn: archived.job.generation, &run)
            }
        }
    }

    private func sendBack(_ returns: [JobReturn], _ run: inout ReplayRun) async throws(DomainError) {
        let returned = try await deadLetters.audited(run.caller.note).sendBack(returns)
        run.report.matched += returned.count
        run.report.replayed += returned.count
        for _ in returned.count..<returns.count { run.report.keep(.gone) }
        dispatcher.dispatch(
            returned.filter { $0.state == .queued }.map { DispatchHint(jobID: $0.id, queue: $0.queue) })
    }

    /// Sends one back, unless it lives again or has died anew since it was seen, which is another matter.
    private func retry(_ id: JobID, deadIn generation: Int, _ run: inout ReplayRun) async throws(DomainError) {
        do {
            _ = try await retryJob(
                id, isForced: false, endedIn: generation, as: .deadLetterReplay, by: run.caller)
            run.report.matched += 1
            run.report.replayed += 1
        } catch .conflict(let conflict) {
            run.report.keep(.skipped(conflict.rawValue))
        } catch .uniqueConflict {
            run.report.keep(.skipped(DeadReason.Code.uniqueConflict.rawValue))
        } catch .notFound {
            run.report.keep(.gone)
        }
    }
}
