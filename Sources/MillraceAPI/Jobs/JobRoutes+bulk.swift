import Hummingbird
import MillraceDomain

extension JobRoutes {
    /// `POST /jobs/bulk`; with `?atomic=true` all jobs are accepted or none.
    @Sendable func submitBulk(_ call: Call, by caller: Caller) async throws -> Response {
        try call.refuseIdempotencyKey()
        let isAtomic = try Self.isAtomic(call)
        try caller.require(.jobsWrite)
        let json = try await call.json(wrapping: 3, maxBytes: call.limits.maxBulkBodyBytes)
        let batch = BulkSubmission(try BulkSubmission.elements(of: json, call.limits), call.limits)
        if isAtomic { try batch.requireNoProblem() }
        let settled = try await settle(batch, isAtomic: isAtomic, by: caller)
        if isAtomic { try settled.requireNoProblem() }
        return settled.response
    }

    private static func isAtomic(_ call: Call) throws(DomainError) -> Bool {
        var query = call.query
        let isAtomic = query.take("atomic", among: ["true": true, "false": false]) ?? false
        try query.finish()
        return isAtomic
    }

    private func settle(
        _ batch: BulkSubmission, isAtomic: Bool, by caller: Caller
    ) async throws -> BulkSubmission {
        let readable = batch.readable
        guard !readable.isEmpty else { return batch }
        return batch.settled(try await submit(readable, isAtomic: isAtomic, by: caller))
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
