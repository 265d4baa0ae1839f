import HTTPTypes
import Hummingbird
import MillraceDomain

extension JobRoutes {
    /// `GET /jobs/{id}`; with `Prefer: wait=N` the answer is held until the job has ended, or N seconds.
    @Sendable func find(_ call: Call, by caller: Caller) async throws -> Response {
        let id: JobID = try call.id("id")
        var found = try await findJob(id, by: caller)
        let wait = Preferences(call.request.headers[.prefer]).wait
        if let wait, !found.job.state.isTerminal {
            call.deadline.extend(by: .seconds(wait))
            try await call.lendingPlace { try await watcher.wait(for: id, atMost: .seconds(wait)) }
            found = try await findJob(id, by: caller)
        }
        var response = represent(found.job, isArchived: found.isArchived, call)
        if let wait { response.headers[.preferenceApplied] = "wait=\(wait)" }
        return response
    }

    private func represent(_ job: Job, isArchived: Bool, _ call: Call) -> Response {
        var json = JSONWriter(capacity: 1024 + job.submission.payload.bytes.count)
        job.write(to: &json, isArchived: isArchived)
        let tag = EntityTag(of: json.bytes)
        guard !tag.isIn(ifNoneMatch: call.request.headers[.ifNoneMatch]) else {
            return Response(status: .notModified, headers: .validated(by: tag))
        }
        return .json(json.bytes, headers: .validated(by: tag))
    }
}
