import Hummingbird
import MillraceDomain

extension JobRoutes {
    /// `POST /jobs/bulk`; with `?atomic=true` all jobs are accepted or none.
    @Sendable func submitBulk(_ call: Call, by caller: Caller) async throws -> Response {
        let isAtomic = try Self.isAtomic(call)
        try caller.require(.jobsWrite)
        let json = try await call.json(wrapping: 3, maxBytes: call.limits.maxBulkBodyBytes)
        guard let request = try call.idempotent(json, by: caller) else {
            let batch = try Self.batch(json, call, isAtomic: isAtomic)
            let settled = try await settle(batch, isAtomic: isAtomic, by: caller)
            return try Self.reply(settled, isAtomic: isAtomic).response
        }
        return try await repetitions.answer(request) {
            let batch = try Self.batch(json, call, isAtomic: isAtomic)
            return try await settle(batch, isAtomic: isAtomic, by: caller, for: request)
        } render: {
            try Self.reply($0, isAtomic: isAtomic)
        }
    }

    private static func batch(_ json: JSONText, _ call: Call, isAtomic: Bool) throws -> BulkSubmission {
        let batch = BulkSubmission(try BulkSubmission.elements(of: json, call.limits), call.limits)
        if isAtomic { try batch.requireNoProblem() }
        return batch
    }

    private static func reply(_ settled: BulkSubmission, isAtomic: Bool) throws -> RenderedReply {
        if isAtomic { try settled.requireNoProblem() }
        return settled.reply
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
        let results = try await inDocument { () async throws(DomainError) in
            try await submitJobs(readable, isAtomic: isAtomic, by: caller)
        }
        return batch.settled(results)
    }

    /// Keeps the reply of a batch of which something comes. Where nothing does, it may have done so before.
    private func settle(
        _ batch: BulkSubmission, isAtomic: Bool, by caller: Caller, for request: IdempotentRequest
    ) async throws -> RepeatableAnswer<BulkSubmission> {
        let keeping = ReplyKeeping<SubmitJobs.Results>(request) { results in
            let settled = batch.settled(results)
            guard settled.hasJobs else { return nil }
            return try? Self.reply(settled, isAtomic: isAtomic).kept
        }
        let readable = batch.readable
        var settled = batch
        if !readable.isEmpty {
            let answer = try await inDocument { () async throws(DomainError) in
                try await submitJobs(readable, isAtomic: isAtomic, by: caller, keeping: keeping)
            }
            switch answer {
            case .repeated(let reply): return .repeated(reply)
            case .done(let results): settled = batch.settled(results)
            }
        }
        guard !settled.hasJobs, let reply = try await repetitions.records.find(request) else { return .done(settled) }
        return .repeated(reply)
    }

    /// The use case names faults of an atomic batch by their place in it; clients see that place in their document.
    private func inDocument<Value>(
        _ submit: () async throws(DomainError) -> Value
    ) async throws(DomainError) -> Value {
        do {
            return try await submit()
        } catch .invalid(let faults) {
            throw .invalid(faults.map { $0.under("/jobs") })
        }
    }
}
