import MillraceDomain
import TestKit
import Testing

/// What a run becomes when its handler writes in a transaction.
struct RunJobInTransactionTests {
    /// A handler of every kind, and transactions whose commit ends as the test says.
    private struct Scene: HandlerRegistry, TransactionalJobHandler, JobTransactions, JobTransaction {
        enum Call: Hashable, Sendable {
            case commit(JobCompletion), rollBack, close
        }

        let calls = Recorder<Call>()
        var end: Result<FinishOutcome?, DomainError> = .success(.recorded(.succeeded))
        var body: @Sendable () async throws -> HandlerOutcome = { .succeeded }

        func handler(for description: KindDescription) -> (any JobHandler)? { nil }
        func transactionalHandler(for description: KindDescription) -> (any TransactionalJobHandler)? { self }
        func begin() -> any JobTransaction { self }

        func run(
            _ job: Job, context: JobContext, in transaction: any HandlerTransaction
        ) async throws -> HandlerOutcome {
            try await body()
        }

        func upsert(_ users: [(id: UserID, profile: UserProfile)]) async throws(DomainError) -> UpsertCounts {
            UpsertCounts()
        }

        func commit(_ completion: JobCompletion, of claimed: ClaimedJob) async throws(DomainError) -> FinishOutcome? {
            calls.record(.commit(completion))
            return try end.get()
        }

        func rollBack() async { calls.record(.rollBack) }
        func close() { calls.record(.close) }
    }

    private let ids = SequentialIDs()

    private func claimed(timeout: Duration? = nil) -> ClaimedJob {
        let submission = JobSubmission(kind: JobKind(stored: "noop"), maxAttempts: 25, timeout: timeout)
        let job = Job(
            id: ids.next(), ownerID: ids.next(), submission: submission, state: .running, attempt: 1,
            createdAt: ManualClock.start)
        return ClaimedJob(job: job, lease: Lease(jobID: job.id, token: ids.next()))
    }

    private func runner(_ scene: Scene, hasTransactions: Bool = true) -> RunJob {
        RunJob(
            catalogue: HandlerCatalogue(HandlerCatalogue.builtIn), handlers: scene,
            transactions: hasTransactions ? scene : nil)
    }

    @Test func `a success is committed and settled, or left to be recorded when nothing was written`() async {
        let claimed = claimed()
        for (end, outcome) in [
            (FinishOutcome.recorded(.succeeded), RunOutcome.settled(.recorded(.succeeded))),
            (.stale, .settled(.stale)), (nil, .succeeded(.large(bytes: 10))),
        ] {
            let scene = Scene(end: .success(end)) { .succeeded(result: .large(bytes: 10)) }
            #expect(await runner(scene)(claimed) == outcome)
            #expect(scene.calls.elements == [.commit(.success(of: claimed, result: .large(bytes: 10)))])
        }
    }

    @Test func `a commit that did not come about is a failure that may be retried, an unknown one is nobody's`() async {
        for (error, code) in [(DomainError.unavailable, "commit_lost"), (.failure, "commit_refused")] {
            guard case .failed(let failure) = await runner(Scene(end: .failure(error)))(claimed()) else {
                Issue.record("\(error) is no failure")
                continue
            }
            #expect(failure.code == code && failure.isRetryable)
        }
        #expect(await runner(Scene(end: .failure(.ambiguous)))(claimed()) == .settled(nil))
    }

    @Test func `anything but a success is rolled back and recorded as ever`() async {
        let snoozing = Scene { .snooze(.seconds(5)) }
        #expect(await runner(snoozing)(claimed()) == .snoozed(.seconds(5)))
        let failure = JobFailure.permanent("bad", "Bad.")
        let failing = Scene { throw failure }
        #expect(await runner(failing)(claimed()) == .failed(failure))
        let tooLarge = Scene { .succeeded(result: .large(bytes: 65_537)) }
        _ = await runner(tooLarge)(claimed())
        for scene in [snoozing, failing, tooLarge] { #expect(scene.calls.elements == [.rollBack]) }
    }

    @Test func `the time limit closes the transaction and is told, and then it is rolled back`() async {
        let told = Recorder<Bool>()
        let scene = Scene {
            try await ContinuousClock().sleep(for: .seconds(600))
            return .succeeded
        }
        let outcome = await runner(scene)(
            claimed(timeout: .milliseconds(5)), onTimeLimit: { told.record(true) })
        #expect(outcome == .timedOut)
        #expect(told.elements == [true])
        #expect(scene.calls.elements == [.close, .rollBack])
    }

    @Test func `stopping the run closes the transaction`() async throws {
        let started = Recorder<Bool>()
        let scene = Scene {
            started.record(true)
            try await ContinuousClock().sleep(for: .seconds(600))
            return .succeeded
        }
        let (run, claimed) = (runner(scene), claimed())
        let task = Task { await run(claimed) }
        try await started.wait(forCount: 1)
        task.cancel()
        #expect(await task.value == .stopped)
        #expect(scene.calls.elements == [.close, .rollBack])
    }

    @Test func `without transactions there is no handler`() async {
        guard case .failed(let failure) = await runner(Scene(), hasTransactions: false)(claimed()) else {
            Issue.record("it ran")
            return
        }
        #expect(failure.code == "no_handler" && failure.isRetryable)
    }
}
