public import MillraceDomain

/// An endpoint and its secrets, the newest first.
struct StoredEndpoint {
    var endpoint: WebhookEndpoint
    var secrets: [(shown: WebhookSecret, key: WebhookKey)]
}

extension InMemoryStore: WebhookEndpointRepository {
    public func create(
        _ id: WebhookEndpointID, owner: UserID, profile: WebhookEndpointProfile, secret: WebhookSecretID,
        key: WebhookKey
    ) async throws(DomainError) -> (endpoint: WebhookEndpoint, secret: WebhookSecret) {
        try transact { (state, now) throws(DomainError) in
            guard state.users[owner] != nil else { throw .notFound(.user) }
            let own = state.endpoints.values.filter { $0.endpoint.ownerID == owner }
            guard own.count < WebhookEndpoint.limit else { throw .conflict(.limitReached) }
            try state.requireFree(profile.name, of: owner, except: id)
            let endpoint = WebhookEndpoint(id: id, ownerID: owner, profile: profile, createdAt: now, updatedAt: now)
            let shown = WebhookSecret(id: secret, createdAt: now, expiresAt: nil)
            state.endpoints[id] = StoredEndpoint(endpoint: endpoint, secrets: [(shown, key)])
            state.record(.webhookEndpointCreate, .init(.webhookEndpoint, id), note, now)
            state.record(.webhookSecretCreate, .init(.webhookSecret, secret), note, now)
            return (endpoint, shown)
        }
    }

    public func find(_ id: WebhookEndpointID, owner: UserID?) async throws(DomainError) -> WebhookEndpoint? {
        try transact { state, _ in try? state.endpoint(id, owner).endpoint }
    }

    public func list(
        endpointsOf owner: UserID?, page: PageRequest
    ) async throws(DomainError) -> Page<WebhookEndpoint> {
        try transact { state, _ in
            let endpoints = state.endpoints.values.map(\.endpoint).filter { (owner ?? $0.ownerID) == $0.ownerID }
            return page.page(of: endpoints) { PagePosition(createdAt: $0.createdAt, id: $0.id.uniqueID) }
        }
    }

    public func update(
        _ id: WebhookEndpointID, owner: UserID?, profile: WebhookEndpointProfile, version: Timestamp?
    ) async throws(DomainError) -> WebhookEndpoint {
        try transact { (state, now) throws(DomainError) in
            let old = try state.endpoint(id, owner).endpoint
            guard version == nil || version == old.updatedAt else { throw .stale }
            try state.requireFree(profile.name, of: old.ownerID, except: id)
            let updated = WebhookEndpoint(
                id: id, ownerID: old.ownerID, profile: profile, createdAt: old.createdAt,
                updatedAt: max(now, old.updatedAt + .microseconds(1)))
            state.endpoints[id]?.endpoint = updated
            state.record(.webhookEndpointUpdate, .init(.webhookEndpoint, id), note, now)
            return updated
        }
    }

    public func delete(_ id: WebhookEndpointID, owner: UserID?, version: Timestamp?) async throws(DomainError) {
        try transact { (state, now) throws(DomainError) in
            let old = try state.endpoint(id, owner).endpoint
            guard version == nil || version == old.updatedAt else { throw .stale }
            state.endpoints[id] = nil
            state.record(.webhookEndpointDelete, .init(.webhookEndpoint, id), note, now)
        }
    }

    public func secrets(of id: WebhookEndpointID, owner: UserID?) async throws(DomainError) -> [WebhookSecret] {
        try transact { (state, _) throws(DomainError) in try state.endpoint(id, owner).secrets.map(\.shown) }
    }

    public func addSecret(
        _ secret: WebhookSecretID, key: WebhookKey, to id: WebhookEndpointID, owner: UserID?,
        othersFor rest: Duration
    ) async throws(DomainError) -> WebhookSecret {
        try transact { (state, now) throws(DomainError) in
            let old = try state.endpoint(id, owner).secrets.filter { $0.shown.expiresAt.map { now < $0 } ?? true }
            guard old.count < WebhookSecret.limit else { throw .conflict(.limitReached) }
            let retired = old.map { shown, key in
                let end = min(shown.expiresAt ?? now + rest, now + rest)
                return (shown: WebhookSecret(id: shown.id, createdAt: shown.createdAt, expiresAt: end), key: key)
            }
            let added = WebhookSecret(id: secret, createdAt: now, expiresAt: nil)
            state.endpoints[id]?.secrets = [(added, key)] + retired
            state.record(.webhookSecretCreate, .init(.webhookSecret, secret), note, now)
            return added
        }
    }

    public func removeSecret(
        _ secret: WebhookSecretID, of id: WebhookEndpointID, owner: UserID?
    ) async throws(DomainError) {
        try transact { (state, now) throws(DomainError) in
            let secrets = try state.endpoint(id, owner).secrets
            guard let removed = secrets.first(where: { $0.shown.id == secret }) else { throw .notFound(.webhookSecret) }
            guard removed.shown.expiresAt != nil else { throw .conflict(.lastSecret) }
            state.endpoints[id]?.secrets = secrets.filter { $0.shown.id != secret }
            state.record(.webhookSecretRevoke, .init(.webhookSecret, secret), note, now)
        }
    }
}

extension InMemoryStore: WebhookDirectory {
    public func routes(
        to endpoints: Set<WebhookEndpointReference>
    ) async throws(DomainError) -> [WebhookEndpointReference: WebhookRoute] {
        try transact { state, now in
            endpoints.reduce(into: [:]) { routes, reference in
                let found = state.endpoints.values.first { stored in
                    switch reference {
                    case .id(let id): stored.endpoint.id == id
                    case .named(let name, let owner):
                        stored.endpoint.ownerID == owner && stored.endpoint.profile.name == name
                    }
                }
                routes[reference] = found?.route(at: now)
            }
        }
    }

    public func close(_ id: WebhookEndpointID, for duration: Duration) async throws(DomainError) {
        try transact { state, now in
            guard let old = state.endpoints[id]?.endpoint, old.closedUntil.map({ $0 < now + duration }) ?? true else {
                return
            }
            state.endpoints[id]?.endpoint = WebhookEndpoint(
                id: id, ownerID: old.ownerID, profile: old.profile, disabledReason: old.disabledReason,
                closedUntil: now + duration, createdAt: old.createdAt,
                updatedAt: max(now, old.updatedAt + .microseconds(1)))
        }
    }

    public func disable(
        _ id: WebhookEndpointID, calledAt url: String, reason: String
    ) async throws(DomainError) -> Bool {
        try transact { state, now in
            guard let old = state.endpoints[id]?.endpoint, old.profile.isEnabled, old.profile.url.text == url else {
                return false
            }
            var profile = old.profile
            profile.isEnabled = false
            state.endpoints[id]?.endpoint = WebhookEndpoint(
                id: id, ownerID: old.ownerID, profile: profile, disabledReason: reason, closedUntil: old.closedUntil,
                createdAt: old.createdAt, updatedAt: max(now, old.updatedAt + .microseconds(1)))
            state.record(.webhookEndpointDisable, .init(.webhookEndpoint, id), .webhooks, now)
            return true
        }
    }
}

extension StoredEndpoint {
    fileprivate func route(at now: Timestamp) -> WebhookRoute {
        let profile = endpoint.profile
        let keys = secrets.filter { $0.shown.expiresAt.map { now < $0 } ?? true }.map(\.key.bytes)
        return WebhookRoute(
            id: endpoint.id, target: WebhookTarget(url: profile.url.text, secrets: keys), headers: profile.headers,
            concurrency: profile.concurrency, rate: profile.rate, isEnabled: profile.isEnabled,
            closedFor: max((endpoint.closedUntil ?? now) - now, .zero))
    }
}

extension InMemoryStore.State {
    fileprivate func endpoint(_ id: WebhookEndpointID, _ owner: UserID?) throws(DomainError) -> StoredEndpoint {
        guard let stored = endpoints[id], owner == nil || stored.endpoint.ownerID == owner else {
            throw .notFound(.webhookEndpoint)
        }
        return stored
    }

    fileprivate func requireFree(
        _ name: WebhookEndpointName, of owner: UserID, except id: WebhookEndpointID
    ) throws(DomainError) {
        let isTaken = endpoints.values.contains {
            $0.endpoint.ownerID == owner && $0.endpoint.profile.name == name && $0.endpoint.id != id
        }
        guard !isTaken else { throw .conflict(.nameTaken) }
    }
}
