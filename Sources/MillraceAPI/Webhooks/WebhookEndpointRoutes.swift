import HTTPTypes
import Hummingbird
import MillraceDomain

/// `/api/v1/webhook-endpoints`
struct WebhookEndpointRoutes: Sendable {
    static let path = "/api/v1/webhook-endpoints"
    /// How often a patch begins anew when somebody else changes the same endpoint at the same moment.
    private static let patchAttempts = 5

    let register: RegisterWebhookEndpoint
    let listEndpoints: ListWebhookEndpoints
    let findEndpoint: FindWebhookEndpoint
    let update: UpdateWebhookEndpoint
    let remove: RemoveWebhookEndpoint
    /// Whether `http` URLs are taken.
    let allowsPlain: Bool

    @Sendable func create(_ call: Call, by caller: Caller) async throws -> Response {
        let profile = try await WebhookEndpointProfile(json: call.json(), allowingPlain: allowsPlain)
        let made = try await register(profile, by: caller)
        var fields = HTTPFields.validated(by: EntityTag(version: made.endpoint.updatedAt))
        fields[.location] = "\(Self.path)/\(made.endpoint.id)"
        fields[.cacheControl] = "no-store"
        return .json(.created, headers: fields) { json in
            made.endpoint.write(to: &json, secret: (made.secret, made.key))
        }
    }

    @Sendable func list(_ call: Call, by caller: Caller) async throws -> Response {
        var query = call.query
        let page = try PageQuery(&query, path: Self.path)
        return page.response(try await listEndpoints(page: page.request, by: caller)) { endpoint, json in
            endpoint.write(to: &json)
        }
    }

    @Sendable func find(_ call: Call, by caller: Caller) async throws -> Response {
        let endpoint = try await findEndpoint(call.id("id"), by: caller)
        let tag = EntityTag(version: endpoint.updatedAt)
        guard !tag.isIn(ifNoneMatch: call.request.headers[.ifNoneMatch]) else {
            return Response(status: .notModified, headers: .validated(by: tag))
        }
        return response(endpoint)
    }

    /// A merge patch names only what changes; the rest is read, and must still be so when the change is written.
    @Sendable func change(_ call: Call, by caller: Caller) async throws -> Response {
        let id: WebhookEndpointID = try call.id("id")
        let patch = try await WebhookEndpointPatch(
            json: call.json(types: Call.mergePatchTypes), allowingPlain: allowsPlain)
        for _ in 0..<Self.patchAttempts {
            let endpoint = try await current(id, call, caller)
            let profile = try patch.applied(to: endpoint.profile)
            do {
                return response(try await update(id, profile: profile, version: endpoint.updatedAt, by: caller))
            } catch .stale {
                continue
            }
        }
        throw DomainError.unavailable
    }

    @Sendable func delete(_ call: Call, by caller: Caller) async throws -> Response {
        let id: WebhookEndpointID = try call.id("id")
        var version: Timestamp?
        if call.request.headers[.ifMatch] != nil { version = try await current(id, call, caller).updatedAt }
        try await remove(id, version: version, by: caller)
        return Response(status: .noContent)
    }

    /// The endpoint as it stands, unless `If-Match` names another version.
    private func current(
        _ id: WebhookEndpointID, _ call: Call, _ caller: Caller
    ) async throws(DomainError) -> WebhookEndpoint {
        let endpoint = try await findEndpoint(id, to: .jobsWrite, by: caller)
        guard EntityTag(version: endpoint.updatedAt).passes(ifMatch: call.request.headers[.ifMatch]) else {
            throw .stale
        }
        return endpoint
    }

    private func response(_ endpoint: WebhookEndpoint) -> Response {
        .json(headers: .validated(by: EntityTag(version: endpoint.updatedAt))) { endpoint.write(to: &$0) }
    }
}
