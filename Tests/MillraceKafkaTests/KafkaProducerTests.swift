import MillraceDomain
import Synchronization
import Testing

@testable import MillraceKafka

@Suite(.timeLimit(.minutes(2))) struct KafkaProducerTests {
    private let message = KafkaMessage(topic: "millrace.jobs.mail", value: [1])

    /// Whether a record gets through in the end, however often it is refused before.
    private func isDeliveredAtLast(_ producer: KafkaProducer) async -> Bool {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            if case .success = await producer.deliver([message])[0] { return true }
            await Task.yield()
        }
        return false
    }

    @Test func `a delivered record has a position`() async throws {
        try await Cluster.with { cluster in
            try await cluster.withProducer { producer in
                let results = await producer.deliver([message, message])
                let offsets = try results.map { try $0.get().offset }
                #expect(offsets == [0, 1])
                #expect(producer.counts.delivered == 2)
            }
        }
    }

    @Test func `key, value and headers arrive as they were sent, empty and absent told apart`() async throws {
        try await Cluster.with { cluster in
            let headers = [
                SourceRecord.Header(name: "a", value: Array("1".utf8)),
                SourceRecord.Header(name: "a", value: []),
                SourceRecord.Header(name: "b", value: nil),
                SourceRecord.Header(name: "c", value: [0, 255]),
            ]
            let sent = [
                KafkaMessage(topic: "millrace.jobs.mail", key: [], value: [], headers: headers),
                KafkaMessage(topic: "millrace.jobs.mail", key: [0, 1], value: nil),
            ]
            try await cluster.withProducer { producer in
                for result in await producer.deliver(sent) { _ = try result.get() }
            }
            try await cluster.withReader { reader in
                try await reader.join()
                let records = try await reader.records(2)
                #expect(records.map(\.key) == sent.map(\.key))
                #expect(records.map(\.value) == sent.map(\.value))
                #expect(records.map(\.headers) == sent.map(\.headers))
                #expect(records.allSatisfy { $0.timestamp != nil })
            }
        }
    }

    @Test func `a record without broker fails within the limit`() async throws {
        try await Cluster.with { cluster in
            cluster.mock.setDown(true)
            try await cluster.withProducer({ $0.deliveryTimeout = .milliseconds(500) }) { producer in
                let started = ContinuousClock.now
                let results = await producer.deliver([message])
                #expect(results == [.failure(.timedOut)])
                #expect(ContinuousClock.now - started < .seconds(3))
                #expect(producer.counts.failed == 1)
            }
        }
    }

    @Test func `a refusal by the broker is the record's result`() async throws {
        try await Cluster.with { cluster in
            cluster.mock.fail(.produce, with: .messageTooLarge, count: 1)
            try await cluster.withProducer { producer in
                let results = await producer.deliver([message])
                guard case .failure(.failed(code: 10, reason: _)) = results[0] else {
                    Issue.record("expected the refusal, got \(results)")
                    return
                }
                let next = await producer.deliver([message])
                #expect(throws: Never.self) { try next[0].get() }
            }
        }
    }

    @Test func `fire and forget is bounded and never waits`() async throws {
        try await Cluster.with { cluster in
            cluster.mock.setDown(true)
            try await cluster.withProducer({ $0.maxQueuedMessages = 10 }) { producer in
                let taken = (0..<50).count { _ in producer.send(message) }
                #expect(taken <= 10)
                #expect(producer.counts.refused == 50 - taken)
            }
        }
    }

    @Test func `delivery works again when the broker is back`() async throws {
        try await Cluster.with { cluster in
            try await cluster.withProducer({ $0.deliveryTimeout = .milliseconds(500) }) { producer in
                cluster.mock.setDown(true)
                #expect(await producer.deliver([message]) == [.failure(.timedOut)])
                cluster.mock.setDown(false)
                #expect(await isDeliveredAtLast(producer))
            }
        }
    }

    @Test func `a client that is broken for good is replaced by a new one`() async throws {
        try await Cluster.with { cluster in
            // An idempotent client that is refused its id is fatally broken.
            cluster.mock.fail(.initProducerID, with: .clusterAuthorizationFailed, count: 1)
            let log = LogRecorder()
            try await cluster.withProducer(
                { $0.properties = ["enable.idempotence": "true"] }, logger: log.logger
            ) { producer in
                #expect(await isDeliveredAtLast(producer))
                #expect(log.messages.contains("kafka producer replaced after a fatal error"))
            }
        }
    }

    @Test func `a broken client that cannot be replaced yet is replaced as soon as it can be`() async throws {
        try await Cluster.with { cluster in
            cluster.mock.fail(.initProducerID, with: .clusterAuthorizationFailed, count: 1)
            var settings = cluster.settings
            settings.properties["enable.idempotence"] = "true"
            let log = LogRecorder()
            // The first client can be made, the next two cannot: as without memory, threads or descriptors.
            let tries = Atomic(0)
            let producer = try KafkaProducer(settings: settings, logger: log.logger) { [settings] context in
                let number = tries.add(1, ordering: .relaxed).newValue
                if number == 2 || number == 3 { throw KafkaError.failed(code: 0, reason: "no thread to be had") }
                return try ProducerLine.connecting(settings)(context)
            }
            #expect(await isDeliveredAtLast(producer))
            #expect(tries.load(ordering: .relaxed) >= 4)
            #expect(log.messages.contains("kafka producer could not be replaced yet"))
            await producer.close()
        }
    }

    @Test func `a producer without a client refuses records at once and closes at once`() async throws {
        try await Cluster.with { cluster in
            cluster.mock.fail(.initProducerID, with: .clusterAuthorizationFailed, count: 1)
            var settings = cluster.settings
            settings.properties["enable.idempotence"] = "true"
            let log = LogRecorder()
            let tries = Atomic(0)
            let producer = try KafkaProducer(settings: settings, logger: log.logger) { [settings] context in
                guard tries.add(1, ordering: .relaxed).newValue == 1 else { throw KafkaError.timedOut }
                return try ProducerLine.connecting(settings)(context)
            }
            while !log.messages.contains("kafka producer could not be replaced yet") {
                _ = await producer.deliver([message], within: .milliseconds(100))
            }
            let began = ContinuousClock.now
            #expect(!producer.send(message))
            #expect(await producer.deliver([message]) == [.failure(.timedOut)])
            await producer.close()
            #expect(ContinuousClock.now - began < .seconds(3))
        }
    }

    @Test func `absent brokers are reported once, and once when they are back`() async throws {
        try await Cluster.with { cluster in
            let log = LogRecorder()
            try await cluster.withProducer(
                { $0.deliveryTimeout = .seconds(1) }, logger: log.logger
            ) { producer in
                #expect(await isDeliveredAtLast(producer))
                cluster.mock.setDown(true)
                while !log.messages.contains("kafka brokers do not answer") {
                    _ = await producer.deliver([message])
                }
                for _ in 0..<2 { _ = await producer.deliver([message]) }
                #expect(!producer.send(message))
                cluster.mock.setDown(false)
                while !log.messages.contains("kafka brokers answer again") {
                    _ = await producer.deliver([message])
                }
                #expect(log.messages.count { $0 == "kafka brokers do not answer" } == 1)
                #expect(log.messages.count { $0 == "kafka delivery fails" } == 1)
            }
        }
    }

    @Test func `close lets what waits go out, and later records are refused`() async throws {
        try await Cluster.with { cluster in
            let producer = try KafkaProducer(settings: cluster.settings, logger: Cluster.logger)
            for _ in 0..<100 { producer.send(message) }
            await producer.close()
            #expect(producer.counts.delivered == 100)
            #expect(!producer.send(message))
            #expect(await producer.deliver([message]) == [.failure(.closed)])
        }
    }

    @Test func `close is bounded without broker`() async throws {
        try await Cluster.with { cluster in
            let producer = try KafkaProducer(settings: cluster.settings, logger: Cluster.logger)
            cluster.mock.setDown(true)
            producer.send(message)
            let started = ContinuousClock.now
            await producer.close()
            #expect(ContinuousClock.now - started < .seconds(6))
        }
    }
}
