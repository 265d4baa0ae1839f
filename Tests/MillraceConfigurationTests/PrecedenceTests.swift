import MillraceConfiguration
import MillraceDomain
import Testing

@Suite struct `Where a value comes from` {
    @Test func `defaults hold when nothing is said`() throws {
        let settings = try load()
        #expect(settings.http.host == "0.0.0.0")
        #expect(settings.http.port == 8080)
        #expect(settings.http.maxBodyBytes == 1_048_576)
        #expect(settings.admin.host == "127.0.0.1")
        #expect(settings.postgres.url == Secret("postgres://localhost/millrace"))
        #expect(settings.postgres.pool.acquireTimeout == .seconds(3))
        #expect(settings.kafka.brokers == ["localhost:9092"])
        #expect(settings.kafka.group == "millrace")
        #expect(settings.kafka.partitions == 12)
        #expect(settings.worker.lease == .seconds(10))
        #expect(settings.archive.store == .postgres)
        #expect("\(settings.log.level)" == "info")
        #expect(settings.kafka.ingestOwner.text == "ingest@millrace.internal")
        #expect(settings.bootstrapToken == nil)
    }

    @Test func `the admin port depends on the process`() throws {
        #expect(try load(.api).admin.port == 9090)
        #expect(try load(.consumer).admin.port == 9091)
    }

    @Test func `a flag beats the environment, which beats the file, which beats the default`() throws {
        try withFile("http:\n  port: 1001\n") { (path) throws in
            #expect(try load(.api, [], ["MILLRACE_CONFIG": path]).http.port == 1001)
            #expect(try load(.api, ["--config", path]).http.port == 1001)
            let both = ["MILLRACE_CONFIG": path, "HTTP_PORT": "1002"]
            #expect(try load(.api, [], both).http.port == 1002)
            #expect(try load(.api, ["--http.port=1003"], both).http.port == 1003)
        }
    }

    @Test(arguments: [
        ["--http.maxBodyBytes=2048"], ["--http.maxBodyBytes", "2048"], ["--http-max-body-bytes=2048"],
    ])
    func `a flag may be written in several ways`(arguments: [String]) throws {
        #expect(try load(.api, arguments).http.maxBodyBytes == 2048)
    }

    @Test func `a flag without a value is true`() throws {
        let settings = try load(.api, ["--kafka.trustOwnerHeader", "--kafka.orderByRecordKey=false"])
        #expect(settings.kafka.trustOwnerHeader)
        #expect(!settings.kafka.orderByRecordKey)
    }

    @Test func `short names are understood, and the full name wins over them`() throws {
        #expect(try load(.api, [], ["PORT": "1004"]).http.port == 1004)
        #expect(try load(.api, [], ["PORT": "1004", "HTTP_PORT": "1005"]).http.port == 1005)
        #expect(try load(.api, ["--port", "1006"]).http.port == 1006)
    }

    @Test func `an empty variable counts as not set`() throws {
        #expect(try load(.api, [], ["HTTP_PORT": ""]).http.port == 8080)
    }

    @Test func `a list is a sequence in the file and separated by commas elsewhere`() throws {
        #expect(try load(.api, [], ["KAFKA_BROKERS": "a:1, b:2"]).kafka.brokers == ["a:1", "b:2"])
        for text in ["kafka: {brokers: ['c:3', 'd:4']}", "kafka: {brokers: 'c:3,d:4'}"] {
            try withFile(text) { (path) throws in
                let settings = try load(.api, [], ["KAFKA_BROKERS": "", "MILLRACE_CONFIG": path])
                #expect(settings.kafka.brokers == ["c:3", "d:4"])
            }
        }
    }

    @Test func `broker properties come from everywhere, the stronger place winning name by name`() throws {
        let text = "kafka: {properties: {security.protocol: SASL_SSL, sasl: {mechanism: PLAIN}}}"
        try withFile(text) { (path) throws in
            let environment = ["MILLRACE_CONFIG": path, "KAFKA_PROPERTIES_SASL_MECHANISM": "SCRAM-SHA-512"]
            let properties = try load(.api, ["--kafka.properties.client.id=x"], environment).kafka.properties
            #expect(
                properties.mapValues { $0.reveal() } == [
                    "security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-512", "client.id": "x",
                ])
        }
    }

    @Test func `every known key has its own environment name`() {
        let keys = Settings.knownKeys(for: .api)
        #expect(Set(keys.map(\.environment)).count == keys.count)
        #expect(keys.contains { $0.key == "postgres.pool.max" && $0.environment == "POSTGRES_POOL_MAX" })
    }
}
