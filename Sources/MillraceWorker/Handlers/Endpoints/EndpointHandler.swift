import Logging
import MillraceDomain

/// Does a job by posting its payload to a registered endpoint, within the endpoint's limits.
///
/// What the limits do not let through at this moment comes back later and is not charged an attempt.
struct EndpointHandler: JobHandler {
    let choice: WebhookEndpointChoice
    let policy: HandlerPolicy
    let endpoints: Endpoints
    let webhooks: Webhooks
    var clock: any WallClock = SystemClock()

    func run(_ job: Job, context: JobContext) async throws -> HandlerOutcome {
        // As its time limit is counted.
        let begunAt = ContinuousClock.now
        guard let known = try await endpoints.route(to: reference(for: job)) else {
            throw JobFailure.permanent("endpoint_unknown", "No such webhook endpoint is registered.")
        }
        guard known.route.isEnabled else {
            throw JobFailure.permanent("endpoint_disabled", "The webhook endpoint is disabled.")
        }
        switch await endpoints.enter(known) {
        case .wait(let delay):
            guard !isTooOld(job, after: delay) else {
                throw JobFailure.permanent("endpoint_closed", "The webhook endpoint was not open in time.")
            }
            return .snooze(delay)
        case .entered:
            return try await call(known.route, job, context, since: begunAt)
        }
    }

    private func reference(for job: Job) -> WebhookEndpointReference {
        switch choice {
        case .id(let id): .id(id)
        case .named(let name): .named(name, owner: job.ownerID)
        }
    }

    private func call(
        _ route: WebhookRoute, _ job: Job, _ context: JobContext, since begunAt: ContinuousClock.Instant
    ) async throws -> HandlerOutcome {
        let startedAt = ContinuousClock.now
        let handler = WebhookHandler(target: route.target, headers: route.headers, webhooks: webhooks, clock: clock)
        do {
            let outcome = try await handler.run(job, context: context)
            await endpoints.leave(route, .answered, took: .now - startedAt)
            return outcome
        } catch {
            let end = Self.end(error, .now - begunAt, context.timeout)
            await endpoints.leave(route, end, took: .now - startedAt)
            throw error
        }
    }

    /// What a failed call says of the endpoint.
    private static func end(_ error: any Error, _ took: Duration, _ limit: Duration) -> EndpointCall {
        guard let failure = error as? JobFailure else {
            // Stopped: by its time limit, which tells of the receiver, or for a reason of ours, which does not.
            return took >= limit * 9 / 10 ? .failed(retryAfter: nil) : .unknown
        }
        switch failure.code {
        case "http_410": return .gone
        case "address_refused", "invalid_target", "too_many_receivers": return .unknown
        default: return failure.isRetryable ? .failed(retryAfter: failure.retryAfter) : .answered
        }
    }

    /// Whether a failure would have ended the job by now for its age, as `FinishJobs` counts it.
    private func isTooOld(_ job: Job, after delay: Duration) -> Bool {
        let bornAt = max(job.createdAt, job.submission.runAt ?? job.createdAt)
        let age = (job.startedAt ?? bornAt) + delay - bornAt
        return job.generation == 0 && age > policy.retry.overridden(by: job.submission.retry).maxAge
    }
}
