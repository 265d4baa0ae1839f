import Hummingbird
import MillraceDomain

extension JobRoutes {
    /// `POST /jobs/bulk`; with `?atomic=true` all jobs are accepted or none.
    @Sendable func submitBulk(_ call: Call, by caller: Caller) async throws -> Response {
        try call.refuseIdempotencyKey()
        var query = call.query
        let isAtomic = query.take("atomic", among: ["true": true, "false": false]) ?? false
        try query.finish()
        try caller.require(.jobsWrite)
        let json = try await call.json(wrapping: 3, maxBytes: call.limits.maxBulkBodyBytes)
        var batch = BulkSubmission(try BulkSubmission.elements(of: json, call.limits), call.limits)
        if isAtomic { try batch.requireNoProblem() }
        if !batch.readable.isEmpty {
            batch.settle(try await submit(batch.readable, isAtomic: isAtomic, by: caller))
        }
        if isAtomic { try batch.requireNoProblem() }
        return batch.response
    }

    /// The use case names faults of an atomic batch by their place in it; clients see that place in their document.
    private func submit(
        _ jobs: [JobSubmission], isAtomic: Bool, by caller: Caller
    ) async throws(DomainError) -> [Result<SubmitOutcome, DomainError>] {
        do {
            return try await submitJobs(jobs, isAtomic: isAtomic, by: caller)
        } catch .invalid(let faults) {
            throw .invalid(faults.map { $0.under("/jobs") })
        }
    }
}
