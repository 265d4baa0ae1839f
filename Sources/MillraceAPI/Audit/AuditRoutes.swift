import Hummingbird
import MillraceDomain

/// `/api/v1/audit`
struct AuditRoutes: Sendable {
    static let path = "/api/v1/audit"

    let listAudit: ListAudit

    @Sendable func list(_ call: Call, by caller: Caller) async throws -> Response {
        var query = call.query
        let filter = AuditFilter(&query)
        let page = try PageQuery(&query, path: Self.path, filter: filter.canonical)
        return page.response(try await listAudit(filter, page: page.request, by: caller)) { entry, json in
            entry.write(to: &json)
        }
    }
}
