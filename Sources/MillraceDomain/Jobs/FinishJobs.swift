/// Records how runs ended.
public struct FinishJobs: Sendable {
    private let leases: any JobLeases
    private let catalogue: HandlerCatalogue
    private let spread: @Sendable () -> Double

    /// Makes the use case.
    ///
    /// - Parameter spread: the source of the retry delay's spread, uniform in −0.2 to 0.2.
    public init(
        leases: any JobLeases, catalogue: HandlerCatalogue,
        spread: @escaping @Sendable () -> Double = { Double.random(in: -0.2...0.2) }
    ) {
        self.leases = leases
        self.catalogue = catalogue
        self.spread = spread
    }

    /// Writes all ends in one go, each under its lease.
    ///
    /// - Returns: what became of each, in the order given.
    public func callAsFunction(
        _ runs: [(claimed: ClaimedJob, outcome: RunOutcome)]
    ) async throws(DomainError) -> [FinishOutcome] {
        guard !runs.isEmpty else { return [] }
        return try await leases.finish(runs.map { completion(of: $0.claimed, $0.outcome) })
    }

    /// The write that records one end.
    func completion(of claimed: ClaimedJob, _ outcome: RunOutcome) -> JobCompletion {
        switch outcome {
        case .succeeded(let result): .success(of: claimed, result: result)
        case .snoozed(let duration): complete(claimed, .snoozed, as: .snoozed, dueIn: duration)
        // A settled end is written already and does not come here; the lease's token would refuse it.
        case .released, .stopped, .settled: complete(claimed, .released, as: .released)
        case .failed(let failure): failed(claimed, failure)
        }
    }

    private func failed(_ claimed: ClaimedJob, _ failure: JobFailure) -> JobCompletion {
        let submission = claimed.job.submission
        let policy = catalogue[submission.kind]?.policy ?? HandlerPolicy()
        let retry = policy.retry.overridden(by: submission.retry)
        let delay = retry.delay(
            afterAttempt: claimed.job.attempt, spread: spread(), retryAfter: failure.retryAfter)
        // A job that was to start later is as old as the time since then.
        let bornAt = max(claimed.job.createdAt, submission.runAt ?? claimed.job.createdAt)
        let age = (claimed.job.startedAt ?? bornAt) + delay - bornAt
        // An operator who sends an old job back means it: its age counts no more.
        let isTooOld = claimed.job.generation == 0 && age > retry.maxAge
        let isFinal =
            !failure.isRetryable || isTooOld
            || claimed.job.attempt >= submission.maxAttempts ?? policy.maxAttempts
        return complete(
            claimed, .failed(isFinal: isFinal), as: .failed, dueIn: isFinal ? .zero : delay, failure: failure)
    }

    private func complete(
        _ claimed: ClaimedJob, _ event: JobEvent, as outcome: JobAttempt.Outcome, dueIn: Duration = .zero,
        failure: JobFailure? = nil
    ) -> JobCompletion {
        // A running job has a move for each of these events; the lease's own end is the answer to any other.
        let transition = JobStanding(.running).transition(on: event) ?? JobTransition(.queued, .endLease)
        return JobCompletion(
            lease: claimed.lease, transition: transition, outcome: outcome, dueIn: dueIn, failure: failure)
    }
}
