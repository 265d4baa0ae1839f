import HTTPTypes
import Hummingbird
import MillraceDomain

/// `/api/v1/jobs` and `/api/v1/kinds`
struct JobRoutes: Sendable {
    static let path = "/api/v1/jobs"

    let submitJob: SubmitJob
    let submitJobs: SubmitJobs
    let findJob: FindJob
    let listJobs: ListJobs
    let listAttempts: ListAttempts
    let cancelJob: CancelJob
    let retryJob: RetryJob
    let releaseKey: ReleaseKey
    let listKinds: ListKinds
    let watcher: JobWatcher
    let repetitions: Repetitions

    @Sendable func submit(_ call: Call, by caller: Caller) async throws -> Response {
        let json = try await call.json(wrapping: 1)
        guard let request = try call.idempotent(json, by: caller) else {
            let submission = try JobSubmission(json: json, limits: call.limits.submission)
            return Self.submitted(try await submitJob(submission, by: caller)).response
        }
        return try await repetitions.answer(request) {
            let submission = try JobSubmission(json: json, limits: call.limits.submission)
            let keeping = ReplyKeeping<SubmittedJob>(request) { Self.submitted($0).kept }
            return try await submitJob(submission, by: caller, keeping: keeping)
        } render: {
            Self.submitted($0)
        }
    }

    private static func submitted(_ submitted: SubmittedJob) -> RenderedReply {
        let (job, isNew, isArchived) = submitted
        return reply(job, isArchived: isArchived, isNew ? .accepted : .ok, headers: [.location: "\(path)/\(job.id)"])
    }

    @Sendable func list(_ call: Call, by caller: Caller) async throws -> Response {
        var query = call.query
        let filter = JobFilter(&query)
        let page = try PageQuery(&query, path: Self.path, filter: filter.parameters)
        return page.response(try await listJobs(filter, page: page.request, by: caller)) { listed, json in
            listed.job.write(to: &json, isArchived: listed.isArchived)
        }
    }

    @Sendable func attempts(_ call: Call, by caller: Caller) async throws -> Response {
        .list(try await listAttempts(of: call.id("id"), by: caller)) { attempt, json in attempt.write(to: &json) }
    }

    /// 200 when it is cancelled, 202 when whoever runs it has been asked to stop.
    @Sendable func cancel(_ call: Call, by caller: Caller) async throws -> Response {
        let id: JobID = try call.id("id")
        try await call.requireNoBody()
        let job = try await cancelJob(id, by: caller)
        return response(job, job.state.isTerminal ? .ok : .accepted)
    }

    @Sendable func retry(_ call: Call, by caller: Caller) async throws -> Response {
        let id: JobID = try call.id("id")
        let isForced = try await call.jsonIfAny().map(Self.force) ?? false
        return response(try await retryJob(id, isForced: isForced, by: caller), .accepted)
    }

    /// 200 with the dead job whose ordering key goes on without it.
    @Sendable func release(_ call: Call, by caller: Caller) async throws -> Response {
        let id: JobID = try call.id("id")
        try await call.requireNoBody()
        let (job, isArchived) = try await releaseKey(id, by: caller)
        return Self.reply(job, isArchived: isArchived, .ok).response
    }

    @Sendable func kinds(_ call: Call, by caller: Caller) async throws -> Response {
        .list(try listKinds(by: caller)) { kind, json in kind.write(to: &json) }
    }

    private static func force(_ json: JSONText) throws(DomainError) -> Bool {
        var object = try JSONObject.open(json)
        let force = object.take("force", "a boolean") { (json) throws(FieldError) in json.boolean }
        try object.finish()
        return force ?? false
    }

    private func response(_ job: Job, _ status: HTTPResponse.Status) -> Response { Self.reply(job, status).response }

    private static func reply(
        _ job: Job, isArchived: Bool = false, _ status: HTTPResponse.Status, headers: HTTPFields = [:]
    ) -> RenderedReply {
        .json(status, headers: headers, capacity: 1024 + job.submission.payload.bytes.count) { json in
            job.write(to: &json, isArchived: isArchived)
        }
    }
}
