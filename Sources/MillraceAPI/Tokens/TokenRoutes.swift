import HTTPTypes
import Hummingbird
import MillraceDomain

/// `/api/v1/users/{id}/tokens`
struct TokenRoutes: Sendable {
    let createToken: CreateToken
    let listTokens: ListTokens
    let revokeToken: RevokeToken

    @Sendable func create(_ call: Call, by caller: Caller) async throws -> Response {
        let userID: UserID = try call.id("id")
        let request = try await TokenRequest(json: call.json())
        let (token, secret) = try await createToken(request, for: userID, by: caller)
        let location = "\(UserRoutes.path)/\(userID)/tokens/\(token.id)"
        return .json(.created, headers: [.location: location]) { token.write(to: &$0, secret: secret) }
    }

    @Sendable func list(_ call: Call, by caller: Caller) async throws -> Response {
        .list(try await listTokens(of: call.id("id"), by: caller)) { token, json in token.write(to: &json) }
    }

    @Sendable func revoke(_ call: Call, by caller: Caller) async throws -> Response {
        try await revokeToken(call.id("token_id"), of: call.id("id"), by: caller)
        return Response(status: .noContent)
    }
}
