import MillraceDomain
import Testing

/// What holds of every `WebhookEndpointRepository` and the `WebhookDirectory` beside it.
public enum WebhookEndpointContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = registering + changing + signing + calling

    private static let registering: [Clause<StoreUnderTest>] = [
        Clause("a registered endpoint is found and listed with every field") { store in
            let ada = try await store.makeUser()
            var profile = try profile("orders")
            profile.headers = try WebhookHeaders(["X-Api-Key": "k", "authorization": "Bearer t"])
            (profile.concurrency, profile.rate, profile.isEnabled) = (3, 7, false)
            let id: WebhookEndpointID = store.ids.next()
            let made = try await store.webhookEndpoints.create(
                id, owner: ada.id, profile: profile, secret: store.ids.next(), key: key(1))
            let now = store.clock.now()
            let expected = WebhookEndpoint(id: id, ownerID: ada.id, profile: profile, createdAt: now, updatedAt: now)
            #expect(made.endpoint == expected && made.secret.expiresAt == nil && made.secret.createdAt == now)
            #expect(try await store.webhookEndpoints.find(id, owner: ada.id) == expected)
            #expect(try await store.webhookEndpoints.find(id, owner: nil) == expected)
            #expect(try await store.webhookEndpoints.secrets(of: id, owner: ada.id) == [made.secret])
            #expect(try await list(store, nil) == [expected])
        },
        Clause("somebody else's endpoint is not found, not listed and not changed") { store in
            let (ada, bob) = (try await store.makeUser(), try await store.makeUser("bob@example.org"))
            let own = try await make(store, ada.id, "orders")
            let ports = store.webhookEndpoints
            #expect(try await ports.find(own.id, owner: bob.id) == nil)
            #expect(try await list(store, bob.id) == [])
            let missing = DomainError.notFound(.webhookEndpoint)
            await #expect(throws: missing) { try await ports.secrets(of: own.id, owner: bob.id) }
            await #expect(throws: missing) {
                try await ports.update(own.id, owner: bob.id, profile: own.profile, version: nil)
            }
            await #expect(throws: missing) { try await ports.delete(own.id, owner: bob.id, version: nil) }
            await #expect(throws: missing) {
                try await ports.addSecret(
                    store.ids.next(), key: key(2), to: own.id, owner: bob.id, othersFor: .zero)
            }
            await #expect(throws: missing) {
                try await ports.removeSecret(store.ids.next(), of: own.id, owner: bob.id)
            }
            #expect(try await ports.find(own.id, owner: ada.id) == own)
        },
        Clause("a name is one owner's once, and an unknown user registers nothing") { store in
            let (ada, bob) = (try await store.makeUser(), try await store.makeUser("bob@example.org"))
            let first = try await make(store, ada.id, "orders")
            _ = try await make(store, bob.id, "orders")
            let other = try await make(store, ada.id, "mails")
            await #expect(throws: DomainError.conflict(.nameTaken)) { try await make(store, ada.id, "orders") }
            await #expect(throws: DomainError.conflict(.nameTaken)) {
                try await store.webhookEndpoints.update(
                    other.id, owner: nil, profile: profile("orders"), version: nil)
            }
            await #expect(throws: DomainError.notFound(.user)) { try await make(store, store.ids.next(), "orders") }
            #expect(try await list(store, ada.id) == [other, first])
        },
        Clause("a user may have a hundred of them") { store in
            let ada = try await store.makeUser()
            for number in 0..<WebhookEndpoint.limit { _ = try await make(store, ada.id, "e-\(number)") }
            await #expect(throws: DomainError.conflict(.limitReached)) { try await make(store, ada.id, "one-more") }
            #expect(try await list(store, ada.id).count == WebhookEndpoint.limit)
        },
        Clause("endpoints go with their user") { store in
            let ada = try await store.makeUser()
            let endpoint = try await make(store, ada.id, "orders")
            try await store.users.delete(ada.id)
            #expect(try await store.webhookEndpoints.find(endpoint.id, owner: nil) == nil)
            let bob = try await store.makeUser("bob@example.org")
            let other = try await make(store, bob.id, "orders")
            _ = try await store.erasures.begin(store.ids.next(), user: bob.id)
            #expect(try await store.webhookEndpoints.find(other.id, owner: nil) == nil)
        },
    ]

    private static let changing: [Clause<StoreUnderTest>] = [
        Clause("a change replaces the profile, and versions strictly increase, the clock standing still or not") {
            store in
            let ada = try await store.makeUser()
            let first = try await make(store, ada.id, "orders")
            let second = try await store.webhookEndpoints.update(
                first.id, owner: ada.id, profile: profile("mails"), version: first.updatedAt)
            let mails = try profile("mails")
            #expect(second.profile == mails && second.updatedAt > first.updatedAt)
            #expect(second.createdAt == first.createdAt)
            await #expect(throws: DomainError.stale) {
                try await store.webhookEndpoints.update(
                    first.id, owner: nil, profile: profile("x"), version: first.updatedAt)
            }
            await #expect(throws: DomainError.stale) {
                try await store.webhookEndpoints.delete(first.id, owner: nil, version: first.updatedAt)
            }
            try await store.webhookEndpoints.delete(first.id, owner: ada.id, version: second.updatedAt)
            #expect(try await store.webhookEndpoints.find(first.id, owner: nil) == nil)
        },
        Clause("every change is in the audit, keys are not") { store in
            let ada = try await store.makeUser()
            let endpoint = try await make(store, ada.id, "orders")
            let ports = store.webhookEndpoints
            _ = try await ports.update(endpoint.id, owner: nil, profile: profile("mails"), version: nil)
            let old = try #require(try await ports.secrets(of: endpoint.id, owner: nil).first)
            let new = try await ports.addSecret(
                store.ids.next(), key: key(2), to: endpoint.id, owner: nil, othersFor: .seconds(9))
            try await ports.removeSecret(old.id, of: endpoint.id, owner: nil)
            _ = try await store.webhookDirectory.disable(endpoint.id, calledAt: url, reason: "gone")
            try await ports.delete(endpoint.id, owner: nil, version: nil)
            let entries = try await store.audit.list(AuditFilter(), page: PageRequest()).items
            let subject = AuditSubject(.webhookEndpoint, endpoint.id)
            let made = entries.filter { $0.subject.type.hasPrefix("webhook") }
            #expect(
                Set(made.filter { $0.subject == subject }.map(\.action)) == [
                    .webhookEndpointDelete, .webhookEndpointDisable, .webhookEndpointUpdate, .webhookEndpointCreate,
                ])
            #expect(made.filter { $0.action == .webhookSecretRevoke }.map(\.subject.id) == ["\(old.id)"])
            let keys = made.filter { $0.action == .webhookSecretCreate }.map(\.subject.id)
            #expect(Set(keys) == ["\(old.id)", "\(new.id)"])
            #expect(made.first { $0.action == .webhookEndpointDisable }?.actor == .process("webhooks"))
        },
    ]

    private static let signing: [Clause<StoreUnderTest>] = [
        Clause("a new secret signs first, the others as long as they are given") { store in
            let ada = try await store.makeUser()
            let endpoint = try await make(store, ada.id, "orders", key(1))
            let ports = store.webhookEndpoints
            for number in [UInt8(2), 3] {
                store.clock.advance(by: .seconds(1))
                _ = try await ports.addSecret(
                    store.ids.next(), key: key(number), to: endpoint.id, owner: ada.id, othersFor: .seconds(60))
            }
            #expect(try await keys(store, endpoint) == [3, 2, 1])
            // The first was given its end by the second already, which the third does not put off.
            store.clock.advance(by: .seconds(59))
            #expect(try await keys(store, endpoint) == [3, 2])
            store.clock.advance(by: .seconds(1))
            #expect(try await keys(store, endpoint) == [3])
            #expect(try await ports.secrets(of: endpoint.id, owner: nil).count == 3)
            _ = try await ports.addSecret(
                store.ids.next(), key: key(4), to: endpoint.id, owner: ada.id, othersFor: .zero)
            #expect(try await keys(store, endpoint) == [4])
        },
        Clause("five sign at most, and what has expired makes room") { store in
            let ada = try await store.makeUser()
            let endpoint = try await make(store, ada.id, "orders")
            func add(_ number: UInt8) async throws {
                _ = try await store.webhookEndpoints.addSecret(
                    store.ids.next(), key: key(number), to: endpoint.id, owner: nil, othersFor: .seconds(60))
            }
            for number in UInt8(2)...5 { try await add(number) }
            await #expect(throws: DomainError.conflict(.limitReached)) { try await add(6) }
            store.clock.advance(by: .seconds(60))
            try await add(7)
            #expect(try await keys(store, endpoint) == [7, 5])
        },
        Clause("a secret that was removed signs nothing any more, and the last one stays") { store in
            let ada = try await store.makeUser()
            let endpoint = try await make(store, ada.id, "orders", key(1))
            let ports = store.webhookEndpoints
            let old = try #require(try await ports.secrets(of: endpoint.id, owner: nil).first)
            await #expect(throws: DomainError.conflict(.lastSecret)) {
                try await ports.removeSecret(old.id, of: endpoint.id, owner: nil)
            }
            let new = try await ports.addSecret(
                store.ids.next(), key: key(2), to: endpoint.id, owner: nil, othersFor: .seconds(60))
            try await ports.removeSecret(old.id, of: endpoint.id, owner: nil)
            #expect(try await keys(store, endpoint) == [2])
            for (secret, error) in [
                (new.id, DomainError.conflict(.lastSecret)), (old.id, .notFound(.webhookSecret)),
            ] {
                await #expect(throws: error) { try await ports.removeSecret(secret, of: endpoint.id, owner: nil) }
            }
        },
    ]

    private static let calling: [Clause<StoreUnderTest>] = [
        Clause("endpoints are found by id and by their owner's name, many at once") { store in
            let (ada, bob) = (try await store.makeUser(), try await store.makeUser("bob@example.org"))
            let (first, second) = (try await make(store, ada.id, "orders"), try await make(store, bob.id, "orders"))
            let name = WebhookEndpointName(stored: "orders")
            let asked: [WebhookEndpointReference] = [
                .named(name, owner: ada.id), .named(name, owner: bob.id), .id(first.id),
                .named(name, owner: store.ids.next()), .id(store.ids.next()),
                .named(WebhookEndpointName(stored: "other"), owner: ada.id),
            ]
            let routes = try await store.webhookDirectory.routes(to: Set(asked))
            #expect(asked.map { routes[$0]?.id } == [first.id, second.id, first.id, nil, nil, nil])
            let route = try #require(routes[asked[0]])
            #expect(route.target.url == url && route.concurrency == 64 && route.rate == nil && route.isEnabled)
            #expect(route.closedFor == .zero && route.headers.values == ["x-api-key": "k"])
            #expect(try await store.webhookDirectory.routes(to: []).isEmpty)
        },
        Clause("a closure holds until its time, the longest counts, and a change of the endpoint lifts it") { store in
            let ada = try await store.makeUser()
            let endpoint = try await make(store, ada.id, "orders")
            let directory = store.webhookDirectory
            try await directory.close(endpoint.id, for: .seconds(60))
            try await directory.close(endpoint.id, for: .seconds(10))
            #expect(try await route(store, endpoint).closedFor == .seconds(60))
            let closed = try #require(try await store.webhookEndpoints.find(endpoint.id, owner: nil))
            #expect(closed.closedUntil == store.clock.now() + .seconds(60) && closed.updatedAt > endpoint.updatedAt)
            store.clock.advance(by: .seconds(20))
            #expect(try await route(store, endpoint).closedFor == .seconds(40))
            store.clock.advance(by: .seconds(40))
            #expect(try await route(store, endpoint).closedFor == .zero)
            try await directory.close(endpoint.id, for: .seconds(60))
            let opened = try await store.webhookEndpoints.update(
                endpoint.id, owner: nil, profile: endpoint.profile, version: nil)
            #expect(opened.closedUntil == nil)
            #expect(try await route(store, endpoint).closedFor == .zero)
            try await directory.close(store.ids.next(), for: .seconds(1))
        },
        Clause("an endpoint that is gone is disabled once, unless it has moved meanwhile") { store in
            let ada = try await store.makeUser()
            let endpoint = try await make(store, ada.id, "orders")
            let directory = store.webhookDirectory
            #expect(try await !directory.disable(endpoint.id, calledAt: "https://old.example/", reason: "gone"))
            #expect(try await route(store, endpoint).isEnabled)
            #expect(try await directory.disable(endpoint.id, calledAt: url, reason: "gone"))
            #expect(try await !directory.disable(endpoint.id, calledAt: url, reason: "gone"))
            #expect(try await !route(store, endpoint).isEnabled)
            let found = try #require(try await store.webhookEndpoints.find(endpoint.id, owner: nil))
            #expect(found.disabledReason == "gone" && !found.profile.isEnabled)
            let enabled = try await store.webhookEndpoints.update(
                endpoint.id, owner: nil, profile: endpoint.profile, version: nil)
            #expect(enabled.disabledReason == nil && enabled.profile.isEnabled)
        },
    ]

    private static let url = "https://hooks.example.org/in?x=1"

    private static func profile(_ name: String) throws -> WebhookEndpointProfile {
        WebhookEndpointProfile(
            name: try WebhookEndpointName(name), url: WebhookURL(stored: url),
            headers: try WebhookHeaders(["x-api-key": "k"]))
    }

    private static func key(_ byte: UInt8) -> WebhookKey { WebhookKey(bytes: Array(repeating: byte, count: 32)) }

    @discardableResult
    private static func make(
        _ store: StoreUnderTest, _ owner: UserID, _ name: String, _ key: WebhookKey = key(1)
    ) async throws -> WebhookEndpoint {
        try await store.webhookEndpoints.create(
            store.ids.next(), owner: owner, profile: profile(name), secret: store.ids.next(), key: key
        ).endpoint
    }

    private static func list(_ store: StoreUnderTest, _ owner: UserID?) async throws -> [WebhookEndpoint] {
        try await store.webhookEndpoints.list(endpointsOf: owner, page: PageRequest(limit: 500)).items
    }

    private static func route(_ store: StoreUnderTest, _ endpoint: WebhookEndpoint) async throws -> WebhookRoute {
        let reference = WebhookEndpointReference.id(endpoint.id)
        return try #require(try await store.webhookDirectory.routes(to: [reference])[reference])
    }

    /// The first byte of each key that signs, in order.
    private static func keys(_ store: StoreUnderTest, _ endpoint: WebhookEndpoint) async throws -> [UInt8] {
        try await route(store, endpoint).target.secrets.compactMap(\.first)
    }
}
