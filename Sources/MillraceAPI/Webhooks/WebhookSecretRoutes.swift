import HTTPTypes
import Hummingbird
import MillraceDomain

/// `/api/v1/webhook-endpoints/{id}/secrets`
struct WebhookSecretRoutes: Sendable {
    let listSecrets: ListWebhookSecrets
    let rotate: RotateWebhookSecret
    let remove: RemoveWebhookSecret

    @Sendable func list(_ call: Call, by caller: Caller) async throws -> Response {
        .list(try await listSecrets(of: call.id("id"), by: caller)) { secret, json in secret.write(to: &json) }
    }

    @Sendable func create(_ call: Call, by caller: Caller) async throws -> Response {
        let id: WebhookEndpointID = try call.id("id")
        let rest = try await Self.rest(call.jsonIfAny())
        let made = try await rotate(of: id, othersFor: .seconds(rest), by: caller)
        let location = "\(WebhookEndpointRoutes.path)/\(id)/secrets/\(made.secret.id)"
        return .json(.created, headers: [.location: location]) { made.secret.write(to: &$0, key: made.key) }
    }

    @Sendable func delete(_ call: Call, by caller: Caller) async throws -> Response {
        try await remove(call.id("secret_id"), of: call.id("id"), by: caller)
        return Response(status: .noContent)
    }

    /// Reads `{others_expire_in_s?}`.
    private static func rest(_ json: JSONText?) throws(DomainError) -> Int64 {
        guard let json else { return RotateWebhookSecret.standardRest }
        var object = try JSONObject.open(json)
        let rest = object.takeInteger("others_expire_in_s", in: RotateWebhookSecret.rests)
        try object.finish()
        return rest ?? RotateWebhookSecret.standardRest
    }
}
