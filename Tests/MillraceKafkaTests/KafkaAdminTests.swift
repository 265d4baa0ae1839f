import MillraceDomain
import MillraceKafka
import Testing

@Suite struct KafkaAdminTests {
    private func withAdmin(_ cluster: Cluster, _ body: (KafkaAdmin) async throws -> Void) async throws {
        let admin = try KafkaAdmin(settings: cluster.settings, logger: Cluster.logger)
        let result: Result<Void, any Error>
        do { result = .success(try await body(admin)) } catch { result = .failure(error) }
        await admin.close()
        try result.get()
    }

    @Test func `a cluster that answers is reachable, one that does not is not`() async throws {
        try await Cluster.with { cluster in
            try await withAdmin(cluster) { admin in
                #expect(await admin.isReachable(within: .seconds(5)))
                await admin.close()
                #expect(await !admin.isReachable())
            }
            cluster.mock.setDown(true)
            try await withAdmin(cluster) { admin in
                let started = ContinuousClock.now
                #expect(await !admin.isReachable(within: .milliseconds(500)))
                #expect(ContinuousClock.now - started < .seconds(2))
            }
        }
    }

    @Test func `topics are made where the cluster has no topic administration, and again without harm`() async throws {
        try await Cluster.with([:]) { cluster in
            try await withAdmin(cluster) { admin in
                try await admin.ensureTopics(["millrace.jobs.new"])
                try await admin.ensureTopics(["millrace.jobs.new"])
            }
            try await cluster.withReader { reader in
                try await reader.join()
                #expect(Set(reader.partitions.map(\.topic)) == ["millrace.jobs.new"])
            }
        }
    }

    @Test func `making topics without broker fails within the limit`() async throws {
        try await Cluster.with { cluster in
            cluster.mock.setDown(true)
            try await withAdmin(cluster) { admin in
                let started = ContinuousClock.now
                await #expect(throws: KafkaError.self) {
                    try await admin.ensureTopics(["millrace.jobs.new"], within: .milliseconds(500))
                }
                #expect(ContinuousClock.now - started < .seconds(3))
            }
        }
    }
}
