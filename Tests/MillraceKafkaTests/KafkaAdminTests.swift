import MillraceDomain
import MillraceKafka
import Testing

@Suite struct KafkaAdminTests {
    @Test func `a cluster that answers is reachable, one that does not is not`() async throws {
        try await Cluster.with { cluster in
            try await cluster.withAdmin { admin in
                #expect(await admin.isReachable(within: .seconds(5)))
                await admin.close()
                #expect(await !admin.isReachable())
            }
            cluster.mock.setDown(true)
            try await cluster.withAdmin { admin in
                let started = ContinuousClock.now
                #expect(await !admin.isReachable(within: .milliseconds(500)))
                #expect(ContinuousClock.now - started < .seconds(2))
            }
        }
    }

    @Test func `topics are made where the cluster has no topic administration, and again without harm`() async throws {
        try await Cluster.with([:]) { cluster in
            try await cluster.withAdmin { admin in
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
            try await cluster.withAdmin { admin in
                let started = ContinuousClock.now
                await #expect(throws: KafkaError.self) {
                    try await admin.ensureTopics(["millrace.jobs.new"], within: .milliseconds(500))
                }
                #expect(ContinuousClock.now - started < .seconds(3))
            }
        }
    }
}
