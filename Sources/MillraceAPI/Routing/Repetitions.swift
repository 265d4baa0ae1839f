import Hummingbird
import MillraceDomain

/// Answers requests that may be sent again.
struct Repetitions: Sendable {
    let records: any IdempotencyRecords

    /// Does what was asked for. A request that is refused before it has come to a store is looked up all the same: it
    /// may have been done when it was right, or something else by its name.
    func answer<Value>(
        _ request: IdempotentRequest, do work: () async throws -> RepeatableAnswer<Value>,
        render: (Value) throws -> RenderedReply
    ) async throws -> Response {
        do {
            switch try await work() {
            case .repeated(let reply): return reply.response
            case .done(let value): return try render(value).response
            }
        } catch let error as DomainError {
            guard case .invalid = error, let reply = try await records.find(request) else { throw error }
            return reply.response
        } catch let problem as Problem {
            guard let reply = try await records.find(request) else { throw problem }
            return reply.response
        }
    }
}
