import Hummingbird

/// Every route of the API, on one screen.
struct Routes: Sendable {
    let health: HealthRoutes
    let contract: ContractRoutes
    let problems: ProblemPages
    let users: UserRoutes
    let operations: OperationRoutes
    let tokens: TokenRoutes
    let quotas: QuotaRoutes
    let jobs: JobRoutes
    let queues: QueueRoutes
    let deadLetters: DeadLetterRoutes
    let audit: AuditRoutes
    let webhookEndpoints: WebhookEndpointRoutes
    let webhookSecrets: WebhookSecretRoutes

    var table: RouteTable {
        RouteTable([
            .open(.get, "/livez", health.live),
            .open(.get, "/readyz", health.ready),
            .open(.get, "/health", health.ready),
            .open(.get, "/openapi.yaml", produces: "application/yaml", contract.document),
            .open(.get, "/docs", produces: "text/html", contract.page),
            .open(.get, "/problems", produces: "text/html", problems.list),
            .open(.get, "/problems/{code}", produces: "text/html", problems.show),

            .on(.post, "/api/v1/users", users.create),
            .on(.get, "/api/v1/users", query: true, users.list),
            .on(.get, "/api/v1/users/{id}", users.find),
            .on(.put, "/api/v1/users/{id}", users.replace),
            .on(.patch, "/api/v1/users/{id}", users.change),
            .on(.delete, "/api/v1/users/{id}", query: true, users.delete),
            .on(.get, "/api/v1/operations/{id}", operations.find),

            .on(.post, "/api/v1/users/{id}/tokens", tokens.create),
            .on(.get, "/api/v1/users/{id}/tokens", tokens.list),
            .on(.delete, "/api/v1/users/{id}/tokens/{token_id}", tokens.revoke),

            .on(.get, "/api/v1/users/{id}/quota", quotas.find),
            .on(.put, "/api/v1/users/{id}/quota", quotas.replace),

            .on(.post, "/api/v1/jobs", jobs.submit),
            .on(.post, "/api/v1/jobs/bulk", query: true, jobs.submitBulk),
            .on(.get, "/api/v1/jobs", query: true, jobs.list),
            .on(.get, "/api/v1/jobs/{id}", jobs.find),
            .on(.get, "/api/v1/jobs/{id}/attempts", jobs.attempts),
            .on(.post, "/api/v1/jobs/{id}/cancel", jobs.cancel),
            .on(.post, "/api/v1/jobs/{id}/retry", jobs.retry),
            .on(.post, "/api/v1/jobs/{id}/release-key", jobs.release),
            .on(.get, "/api/v1/kinds", jobs.kinds),

            .on(.get, "/api/v1/queues", queues.list),
            .on(.get, "/api/v1/queues/{name}", queues.find),
            .on(.post, "/api/v1/queues/{name}/pause", queues.pause),
            .on(.post, "/api/v1/queues/{name}/resume", queues.resume),

            .on(.get, "/api/v1/dead-letters", query: true, deadLetters.list),
            .on(.get, "/api/v1/dead-letters/{id}", deadLetters.find),
            .on(.post, "/api/v1/dead-letters/replay", deadLetters.replay),

            .on(.post, "/api/v1/webhook-endpoints", webhookEndpoints.create),
            .on(.get, "/api/v1/webhook-endpoints", query: true, webhookEndpoints.list),
            .on(.get, "/api/v1/webhook-endpoints/{id}", webhookEndpoints.find),
            .on(.patch, "/api/v1/webhook-endpoints/{id}", webhookEndpoints.change),
            .on(.delete, "/api/v1/webhook-endpoints/{id}", webhookEndpoints.delete),
            .on(.post, "/api/v1/webhook-endpoints/{id}/secrets", webhookSecrets.create),
            .on(.get, "/api/v1/webhook-endpoints/{id}/secrets", webhookSecrets.list),
            .on(.delete, "/api/v1/webhook-endpoints/{id}/secrets/{secret_id}", webhookSecrets.delete),

            .on(.get, "/api/v1/audit", query: true, audit.list),
        ])
    }
}
