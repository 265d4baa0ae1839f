import MillraceDomain
import TestKit

@testable import MillraceWorker

extension Job {
    /// A running job.
    static func running(_ kind: String, payload: String = "{}", attempt: Int = 1, timeout: Duration? = nil) -> Job {
        Job(
            id: JobID(SequentialIDs.id(7)), ownerID: UserID(SequentialIDs.id(8)),
            submission: JobSubmission(
                kind: JobKind(stored: kind), payload: JSONText(stored: payload), queue: QueueName(stored: "mail"),
                timeout: timeout),
            state: .running, attempt: attempt, createdAt: ManualClock.start)
    }
}

extension JobHandler {
    /// Runs one attempt as the worker does.
    func attempt(
        _ job: Job, reportProgress: @escaping @Sendable (JobProgress) -> Void = { _ in }
    ) async -> RunOutcome {
        let kind = job.submission.kind
        let runJob = RunJob(
            catalogue: HandlerCatalogue([KindDescription(kind: kind, driver: .swift)]),
            handlers: HandlerSet(swift: [kind: self]))
        let lease = Lease(jobID: job.id, token: LeaseToken(SequentialIDs.id(9)))
        return await runJob(ClaimedJob(job: job, lease: lease), reportProgress: reportProgress)
    }
}

extension TransactionalJobHandler {
    /// Runs one attempt as the worker does, its writes made to stay when it succeeds.
    func attempt(
        _ job: Job, _ store: InMemoryStore, reportProgress: @escaping @Sendable (JobProgress) -> Void = { _ in }
    ) async -> RunOutcome {
        let transaction = store.begin()
        let context = JobContext(timeout: .seconds(60), reportProgress: reportProgress)
        do {
            let outcome = try await run(job, context: context, in: transaction)
            guard case .succeeded(let result) = outcome else { return .stopped }
            await (transaction as? InMemoryTransaction)?.keep()
            return .succeeded(result)
        } catch let failure as JobFailure {
            return .failed(failure)
        } catch {
            return .stopped
        }
    }
}

extension RunOutcome {
    var failure: JobFailure? { if case .failed(let failure) = self { failure } else { nil } }
    var result: JSONText? { if case .succeeded(let result) = self { result } else { nil } }
    var isSuccess: Bool { if case .succeeded = self { true } else { false } }
}
