public import MillraceDomain

/// The keys that sign.
extension PostgresWebhookEndpointRepository {
    public func secrets(
        of id: WebhookEndpointID, owner: UserID?
    ) async throws(DomainError) -> [WebhookSecret] {
        guard try await find(id, owner: owner) != nil else { throw .notFound(.webhookEndpoint) }
        return try await client.inDomain(.read) {
            try await client.rows(WebhookStatements.secrets) { $0.append(id) }
        }
    }

    public func addSecret(
        _ secret: WebhookSecretID, key: WebhookKey, to id: WebhookEndpointID, owner: UserID?,
        othersFor rest: Duration
    ) async throws(DomainError) -> WebhookSecret {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                _ = try await lock(id, owner, in: transaction)
                try await transaction.execute(WebhookStatements.removeExpired) {
                    $0.append(id)
                    $0.append(clock?.now())
                }
                let others = try await transaction.rows(WebhookStatements.secrets) { $0.append(id) }
                guard others.count < WebhookSecret.limit else { throw DomainError.conflict(.limitReached) }
                try await transaction.execute(WebhookStatements.retireSecrets) {
                    $0.append(id)
                    $0.append(rest.microseconds)
                    $0.append(clock?.now())
                }
                return try await add(secret, key, to: id, in: transaction)
            }
        }
    }

    public func removeSecret(
        _ secret: WebhookSecretID, of id: WebhookEndpointID, owner: UserID?
    ) async throws(DomainError) {
        try await client.inDomain(.write) {
            try await client.transaction { transaction in
                _ = try await lock(id, owner, in: transaction)
                let secrets = try await transaction.rows(WebhookStatements.secrets) { $0.append(id) }
                guard let removed = secrets.first(where: { $0.id == secret }) else {
                    throw DomainError.notFound(.webhookSecret)
                }
                // Only the newest never expires, so that it is the one that always signs.
                guard removed.expiresAt != nil else { throw DomainError.conflict(.lastSecret) }
                try await transaction.execute(WebhookStatements.removeSecret) { $0.append(secret) }
                try await trail.write(.webhookSecretRevoke, .webhookSecret, [secret], in: transaction)
            }
        }
    }

    func add(
        _ secret: WebhookSecretID, _ key: WebhookKey, to id: WebhookEndpointID, in transaction: PostgresTransaction
    ) async throws -> WebhookSecret {
        let added = try await transaction.first(WebhookStatements.createSecret) {
            $0.append(secret)
            $0.append(id)
            $0.append(key.bytes)
            $0.append(clock?.now())
        }
        guard let added else { throw DomainError.failure }
        try await trail.write(.webhookSecretCreate, .webhookSecret, [secret], in: transaction)
        return added
    }
}
