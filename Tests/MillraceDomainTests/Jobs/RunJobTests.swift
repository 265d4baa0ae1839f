import MillraceDomain
import TestKit
import Testing

struct RunJobTests {
    /// One handler for every kind.
    private struct Registry: HandlerRegistry, JobHandler {
        let body: @Sendable (Job, JobContext) async throws -> HandlerOutcome

        func handler(for description: KindDescription) -> (any JobHandler)? { self }

        func run(_ job: Job, context: JobContext) async throws -> HandlerOutcome {
            try await body(job, context)
        }
    }

    private struct NoHandlers: HandlerRegistry {
        func handler(for description: KindDescription) -> (any JobHandler)? { nil }
    }

    private struct Broken: Error {}

    private let claimed: ClaimedJob
    private let ids = SequentialIDs()

    init() {
        var submission = JobSubmission(kind: JobKind(stored: "noop"), maxAttempts: 25)
        submission.timeout = .seconds(60)
        let job = Job(
            id: ids.next(), ownerID: ids.next(), submission: submission, state: .running, attempt: 1,
            createdAt: ManualClock.start)
        claimed = ClaimedJob(job: job, lease: Lease(jobID: job.id, token: ids.next()))
    }

    private func with(timeout: Duration?, kind: String = "noop") -> ClaimedJob {
        var job = claimed.job
        job.submission.timeout = timeout
        job.submission.kind = JobKind(stored: kind)
        return ClaimedJob(job: job, lease: claimed.lease)
    }

    private func runner(
        timeout: Duration = .seconds(60),
        _ body: @escaping @Sendable (Job, JobContext) async throws -> HandlerOutcome
    ) -> RunJob {
        let kind = KindDescription(
            kind: JobKind(stored: "noop"), driver: .swift, policy: HandlerPolicy(timeout: timeout))
        return RunJob(catalogue: HandlerCatalogue([kind]), handlers: Registry(body: body))
    }

    /// Returns only when its task is cancelled.
    private static func waitForCancellation() async throws {
        try await ContinuousClock().sleep(for: .seconds(600))
    }

    @Test func `a handler's result is the outcome`() async {
        let result = JSONText(stored: #"{ "a":1.0 }"#)
        let job = claimed.job
        let outcome = await runner { given, context in
            #expect(given == job && context.timeout == .seconds(60))
            return .succeeded(result: result)
        }(claimed)
        #expect(outcome == .succeeded(result))
        #expect(await runner { _, _ in .succeeded }(claimed) == .succeeded(nil))
    }

    @Test func `a snooze is one, and never negative`() async {
        #expect(await runner { _, _ in .snooze(.seconds(5)) }(claimed) == .snoozed(.seconds(5)))
        #expect(await runner { _, _ in .snooze(.seconds(-5)) }(claimed) == .snoozed(.zero))
    }

    @Test func `a failure is told as the handler says`() async {
        let failure = JobFailure(code: "busy", message: "Busy.", retryAfter: .seconds(9))
        #expect(await runner { _, _ in throw failure }(claimed) == .failed(failure))
        let permanent = JobFailure.permanent("bad", "Bad.")
        #expect(await runner { _, _ in throw permanent }(claimed) == .failed(permanent))
    }

    @Test func `any other error may be retried and shows its type only`() async {
        let failure = JobFailure(code: "handler_error", message: "The handler threw Broken.")
        #expect(await runner { _, _ in throw Broken() }(claimed) == .failed(failure))
        #expect(failure.isRetryable)
    }

    @Test func `a handler that takes too long is cancelled and has failed, by the job's limit or the kind's`() async {
        for (own, policy) in [(Duration.milliseconds(5), Duration.seconds(600)), (nil, .milliseconds(5))] {
            let outcome = await runner(timeout: policy) { _, _ in
                try await Self.waitForCancellation()
                return .succeeded
            }(with(timeout: own))
            guard case .failed(let failure) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(failure.code == "timeout" && failure.isRetryable)
        }
    }

    @Test func `cancelling the run stops the handler`() async throws {
        let started = Recorder<JobID>()
        let run = runner { job, _ in
            started.record(job.id)
            try await Self.waitForCancellation()
            return .succeeded
        }
        let claimed = claimed
        let task = Task { await run(claimed) }
        try await started.wait(forCount: 1)
        task.cancel()
        #expect(await task.value == .stopped)
    }

    @Test func `a handler that fails because it was cancelled was stopped, one that finished has succeeded`() async {
        let failing = runner { _, _ in throw JobFailure(code: "late", message: "Late.") }
        let finishing = runner { _, _ in .succeeded }
        let claimed = claimed
        let outcomes = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await [failing(claimed), finishing(claimed)]
        }.value
        #expect(outcomes == [.stopped, .succeeded(nil)])
    }

    @Test func `a result of 64 KiB is kept, a longer one is a permanent failure`() async {
        let fits = JSONText.large(bytes: 65_536)
        #expect(await runner { _, _ in .succeeded(result: fits) }(claimed) == .succeeded(fits))
        let outcome = await runner { _, _ in .succeeded(result: .large(bytes: 65_537)) }(claimed)
        guard case .failed(let failure) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(failure.code == "result_too_large" && !failure.isRetryable)
    }

    @Test func `a kind without a handler here may be retried elsewhere`() async {
        let catalogue = HandlerCatalogue(HandlerCatalogue.builtIn)
        let outcomes = [
            await RunJob(catalogue: catalogue, handlers: NoHandlers())(claimed),
            await runner { _, _ in .succeeded }(with(timeout: nil, kind: "unheard.of")),
        ]
        for outcome in outcomes {
            guard case .failed(let failure) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
            #expect(failure.code == "no_handler" && failure.isRetryable)
        }
    }

    @Test func `progress is handed on`() async {
        let recorder = Recorder<JobProgress>()
        _ = await runner { _, context in
            context.report(JobProgress(percent: 50, text: "half"))
            return .succeeded
        }(claimed, reportProgress: { recorder.record($0) })
        #expect(recorder.elements == [JobProgress(percent: 50, text: "half")])
    }

    @Test func `the texts of a failure are cut, and NUL is replaced`() {
        let failure = JobFailure(
            code: String(repeating: "c", count: 65), message: "a\0" + String(repeating: "m", count: 2000))
        #expect(failure.code.count == 64 && failure.message.count == 2000)
        #expect(failure.message.hasPrefix("a\u{FFFD}m"))
    }
}
