import HTTPTypes
import MillraceDomain
import ServiceLifecycle
import TestKit
import Testing

@testable import MillraceAPI

@Suite(.timeLimit(.minutes(1)))
struct BootstrapTokenTests {
    private static let secret = "mr_0123456789abcdef0123456789abcdef"
    let api = TestAPI()

    private func service(_ secret: String?) -> BootstrapToken {
        BootstrapToken(
            secret: secret.flatMap { TokenSecret(bearer: $0) }, users: api.store, tokens: api.store,
            logger: api.api.logger)
    }

    @Test func `without a token there is nothing to wait for`() throws {
        try service(nil).requireDone()
    }

    @Test func `the token works as soon as the store does, and the process is unready before`() async throws {
        let service = service(Self.secret)
        api.store.setOutage(.unavailable)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: service)], logger: api.api.logger))
        let running = Task { try await group.run() }
        try await api.lines.wait { $0.contains { $0.message == "bootstrap token not installed yet" } }
        #expect(throws: DomainError.unavailable) { try service.requireDone() }
        api.store.setOutage(nil)
        while (try? service.requireDone()) == nil { await Task.yield() }
        let reply = try await api.call(
            .get, "/api/v1/queues", headers: [.authorization: "Bearer \(Self.secret)"])
        #expect(reply.status == 200)
        await group.triggerGracefulShutdown()
        try await running.value
    }

    @Test func `a stop does not wait for a store that is down`() async throws {
        let service = service(Self.secret)
        api.store.setOutage(.unavailable)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: service)], logger: api.api.logger))
        let running = Task { try await group.run() }
        try await api.lines.wait { $0.contains { $0.message == "bootstrap token not installed yet" } }
        await group.triggerGracefulShutdown()
        try await running.value
    }
}
