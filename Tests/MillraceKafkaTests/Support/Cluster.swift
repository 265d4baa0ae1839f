import Logging
import MillraceKafka
import Testing

/// A mock cluster for one test, and clients of it.
struct Cluster {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let mock: MockCluster
    var settings: KafkaSettings

    /// Lends a cluster to `body` and ends it afterwards.
    static func with(
        _ topics: [String: Int] = ["millrace.jobs.mail": 1], brokers: Int = 1,
        _ body: (Cluster) async throws -> Void
    ) async throws {
        let mock = try MockCluster(brokers: brokers)
        for (name, partitions) in topics { try mock.createTopic(name, partitions: partitions) }
        let result: Result<Void, any Error>
        do {
            let settings = KafkaSettings(brokers: mock.bootstrap, properties: MockCluster.clientProperties)
            result = .success(try await body(Cluster(mock: mock, settings: settings)))
        } catch {
            result = .failure(error)
        }
        await mock.close()
        try result.get()
    }

    func withProducer(
        _ change: (inout KafkaSettings) -> Void = { _ in }, logger: Logger = Self.logger,
        _ body: (KafkaProducer) async throws -> Void
    ) async throws {
        var settings = settings
        change(&settings)
        let producer = try KafkaProducer(settings: settings, logger: logger)
        let result: Result<Void, any Error>
        do { result = .success(try await body(producer)) } catch { result = .failure(error) }
        await producer.close()
        try result.get()
    }

    func withAdmin(_ body: (KafkaAdmin) async throws -> Void) async throws {
        let admin = try KafkaAdmin(settings: settings, logger: Self.logger)
        let result: Result<Void, any Error>
        do { result = .success(try await body(admin)) } catch { result = .failure(error) }
        await admin.close()
        try result.get()
    }

    func withReader(
        _ change: (inout KafkaSettings) -> Void = { _ in }, _ body: (inout Reader) async throws -> Void
    ) async throws {
        var settings = settings
        change(&settings)
        var reader = Reader(consumer: try KafkaRecordSource(settings: settings, logger: Self.logger))
        let result: Result<Void, any Error>
        do { result = .success(try await body(&reader)) } catch { result = .failure(error) }
        await reader.consumer.close()
        try result.get()
    }

    /// Puts numbered records on one partition's topic and waits until the broker has them.
    func publish(_ numbers: Range<Int>, to topic: String = "millrace.jobs.mail", key: [UInt8]? = nil) async throws {
        try await withProducer({ $0.maxQueuedMessages = 100_000 }) { producer in
            let messages = numbers.map { KafkaMessage(topic: topic, key: key, value: Array("\($0)".utf8)) }
            for result in await producer.deliver(messages, within: .seconds(30)) { _ = try result.get() }
        }
    }
}
