/// Runs one attempt of a claimed job.
public struct RunJob: Sendable {
    private let catalogue: HandlerCatalogue
    private let handlers: any HandlerRegistry

    /// Makes the use case.
    public init(catalogue: HandlerCatalogue, handlers: any HandlerRegistry) {
        self.catalogue = catalogue
        self.handlers = handlers
    }

    /// Runs the job's handler under its time limit.
    ///
    /// Cancelling the calling task cancels the handler; the outcome is then `.stopped`, unless the handler had
    /// finished first.
    public func callAsFunction(
        _ claimed: ClaimedJob, reportProgress: @escaping @Sendable (JobProgress) -> Void = { _ in }
    ) async -> RunOutcome {
        guard let description = catalogue[claimed.job.submission.kind],
            let handler = handlers.handler(for: description)
        else {
            return .failed(JobFailure(code: "no_handler", message: "This consumer has no handler for the kind."))
        }
        let timeout = claimed.job.submission.timeout ?? description.policy.timeout
        let context = JobContext(timeout: timeout, reportProgress: reportProgress)
        return await run(handler, claimed.job, context)
    }

    private func run(_ handler: any JobHandler, _ job: Job, _ context: JobContext) async -> RunOutcome {
        await withTaskGroup(of: RunOutcome?.self) { group in
            group.addTask { await Self.outcome(of: handler, job, context) }
            group.addTask {
                do { try await ContinuousClock().sleep(for: context.timeout) } catch { return nil }
                return .failed(JobFailure(code: "timeout", message: "The attempt took longer than its time limit."))
            }
            var outcome: RunOutcome?
            while outcome == nil, let next = await group.next() { outcome = next }
            group.cancelAll()
            return outcome ?? .stopped
        }
    }

    private static func outcome(of handler: any JobHandler, _ job: Job, _ context: JobContext) async -> RunOutcome {
        do {
            switch try await handler.run(job, context: context) {
            case .succeeded(let result): return bounded(result)
            case .snooze(let duration): return .snoozed(max(duration, .zero))
            }
        } catch let failure as JobFailure {
            return Task.isCancelled ? .stopped : .failed(failure)
        } catch {
            // The error's text may hold anything, secrets too: its type is what a stranger may see.
            let failure = JobFailure(code: "handler_error", message: "The handler threw \(type(of: error)).")
            return Task.isCancelled ? .stopped : .failed(failure)
        }
    }

    private static func bounded(_ result: JSONText?) -> RunOutcome {
        guard let result, result.bytes.count > Self.maxResultBytes else { return .succeeded(result) }
        return .failed(.permanent("result_too_large", "The result has more than \(Self.maxResultBytes) bytes."))
    }

    /// A longer result is a permanent failure.
    public static let maxResultBytes = 64 * 1024
}

/// How a run ended.
public enum RunOutcome: Hashable, Sendable {
    case succeeded(JSONText?)
    case snoozed(Duration)
    case failed(JobFailure)
    /// Its task was cancelled before it finished: a cancel was asked for, the lease was lost or the process drains.
    case stopped
    /// It was never started.
    case released
}

/// Finds the code for a kind.
public protocol HandlerRegistry: Sendable {
    /// The handler that runs this kind; nil when this process has none.
    func handler(for description: KindDescription) -> (any JobHandler)?
}
