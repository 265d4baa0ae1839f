import Hummingbird
import MillraceDomain

/// `/api/v1/dead-letters`
struct DeadLetterRoutes: Sendable {
    static let path = "/api/v1/dead-letters"

    let listDeadLetters: ListDeadLetters
    let findDeadLetter: FindDeadLetter
    let replayDeadLetters: ReplayDeadLetters

    @Sendable func list(_ call: Call, by caller: Caller) async throws -> Response {
        var query = call.query
        let filter = DeadLetterFilter(&query)
        let page = try PageQuery(&query, path: Self.path, filter: filter.parameters)
        return page.response(try await listDeadLetters(filter, page: page.request, by: caller)) { letter, json in
            letter.write(to: &json)
        }
    }

    @Sendable func find(_ call: Call, by caller: Caller) async throws -> Response {
        let id = try call.id("id", of: DeadLetter.self).uniqueID
        let (letter, isArchived) = try await findDeadLetter(id, by: caller)
        return .json { letter.write(to: &$0, isArchived: isArchived) }
    }

    /// 200 with the counts; what is over the limit or was not done in time is for a request with `next_cursor`.
    @Sendable func replay(_ call: Call, by caller: Caller) async throws -> Response {
        let path = "\(Self.path)/replay"
        let request = try ReplayRequest(json: try await call.json(), path: path)
        let report = try await replayDeadLetters(request, by: caller)
        return .json { report.write(to: &$0, isDryRun: request.isDryRun, path: path) }
    }
}
