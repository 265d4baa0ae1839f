import Hummingbird
import MillraceDomain

/// `/api/v1/dead-letters`
struct DeadLetterRoutes: Sendable {
    let listDeadLetters: ListDeadLetters

    @Sendable func list(_ call: Call, by caller: Caller) async throws -> Response {
        var query = call.query
        let page = try PageQuery(&query, path: "/api/v1/dead-letters")
        return page.response(try await listDeadLetters(page: page.request, by: caller)) { letter, json in
            letter.write(to: &json)
        }
    }
}
