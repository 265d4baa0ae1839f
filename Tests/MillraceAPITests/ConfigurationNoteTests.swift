import HTTPTypes
import MillraceDomain
import ServiceLifecycle
import TestKit
import Testing

@testable import MillraceAPI

@Suite(.timeLimit(.minutes(1)))
struct ConfigurationNoteTests {
    let api = TestAPI()

    @Test func `a process notes its configuration once, as soon as the store can be reached`() async throws {
        let note = ConfigurationNote(given: ["http.port": "8080"], audit: api.store, logger: api.api.logger)
        api.store.setOutage(.unavailable)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: note)], logger: api.api.logger))
        let running = Task { try await group.run() }
        try await api.lines.wait { $0.contains { $0.message == "configuration not noted yet" } }
        api.store.setOutage(nil)
        var entries: [AuditEntry] = []
        while entries.isEmpty {
            await Task.yield()
            entries = try await api.store.list(AuditFilter(), page: PageRequest(limit: 10)).items
        }
        await group.triggerGracefulShutdown()
        try await running.value
        entries = try await api.store.list(AuditFilter(), page: PageRequest(limit: 10)).items
        #expect(entries.map(\.action) == [.configurationLoad])
        #expect(entries.first?.actor == .process("api"))
        #expect(
            entries.first?.subject == AuditSubject(.configuration, ConfigurationNote.digest(of: ["http.port": "8080"])))
    }

    @Test func `configurations are told apart by every key and value, and by nothing else`() {
        let digest = ConfigurationNote.digest(of: ["a": "1", "b": "2"])
        #expect(digest.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        #expect(digest == ConfigurationNote.digest(of: ["b": "2", "a": "1"]))
        for other in [[:], ["a": "1"], ["a": "1", "b": "3"], ["a": "12", "b": ""], ["b": "1", "a": "2"]] {
            #expect(ConfigurationNote.digest(of: other) != digest)
        }
    }

    @Test func `the entry is shown like any other`() async throws {
        let admin = try await api.bearer("admin", [.admin])
        try await api.store.write(
            .configurationLoad, AuditSubject(.configuration, "0123456789abcdef0123456789abcdef"),
            note: AuditNote(ConfigurationNote.actor))
        let reply = try await api.call(.get, "/api/v1/audit?action=configuration.load", as: admin)
        #expect(reply.status == 200)
        #expect(reply.items.count == 1)
        #expect(reply.body.contains(#""subject":{"type":"configuration","id":"0123456789abcdef0123456789abcdef"}"#))
    }
}
