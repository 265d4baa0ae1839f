import HTTPTypes
import Hummingbird
import MillraceDomain

/// `/api/v1/users/{id}/quota`
struct QuotaRoutes: Sendable {
    let findQuota: FindQuota
    let setQuota: SetQuota
    /// What those may have who have no limits of their own.
    let defaults: Quota

    @Sendable func find(_ call: Call, by caller: Caller) async throws -> Response {
        response(try await findQuota(call.id("id"), by: caller))
    }

    @Sendable func replace(_ call: Call, by caller: Caller) async throws -> Response {
        let id: UserID = try call.id("id")
        let quota = try await Quota(json: call.json())
        return response(try await setQuota(quota, of: id, by: caller))
    }

    private func response(_ standing: QuotaStanding) -> Response {
        .json { standing.write(to: &$0, defaults: defaults) }
    }
}
