import MillraceDomain
import TestKit

/// A handler that tells when it starts and does what the test says.
struct ProbeHandler: JobHandler {
    let started = Recorder<Job>()
    let stopped = Recorder<JobID>()
    let body: @Sendable (Job, JobContext) async throws -> HandlerOutcome

    init(_ body: @escaping @Sendable (Job, JobContext) async throws -> HandlerOutcome = { _, _ in .succeeded }) {
        self.body = body
    }

    /// Runs until it is stopped.
    static var endless: ProbeHandler {
        ProbeHandler { _, _ in
            try await ContinuousClock().sleep(for: .seconds(3600))
            return .succeeded
        }
    }

    func run(_ job: Job, context: JobContext) async throws -> HandlerOutcome {
        started.record(job)
        do { return try await body(job, context) } catch {
            if Task.isCancelled { stopped.record(job.id) }
            throw error
        }
    }
}
