import MillraceDomain
import MillraceKafka
import Testing

@Suite struct KafkaDispatcherTests {
    private let jobID = "0193a5f2-7c00-7abc-8def-0123456789ab"

    @Test func `a dispatched job arrives as its id on its queue's topic`() async throws {
        try await Cluster.with { cluster in
            let id = try #require(JobID(jobID))
            try await cluster.withAdmin { admin in
                try await cluster.withProducer { producer in
                    let dispatcher = KafkaDispatcher(producer: producer, admin: admin, settings: cluster.settings)
                    dispatcher.dispatch([DispatchHint(jobID: id, queue: try QueueName("mail"))])
                    try await cluster.withReader { reader in
                        try await reader.join()
                        let record = try await reader.records(1)[0]
                        let decoder = KafkaRecordDecoder(settings: cluster.settings)
                        #expect(decoder.decode(record, incarnation: 0) == .dispatch(id))
                    }
                }
            }
        }
    }

    @Test func `copies of a dead record and a dead job arrive on their queue's dead topic`() async throws {
        try await Cluster.with(["millrace.dead.mail": 1]) { cluster in
            let source = TopicPartition(topic: "millrace.jobs.mail", partition: 0)
            let record = SourceRecord(source: source, offset: 7, timestamp: nil, key: nil, value: [0xFF], headers: [])
            let dead = DeadRecord(
                id: try #require(DeadRecordID(jobID)), record: record,
                reason: DeadReason(.malformedJSON, "no"), createdAt: Timestamp(microseconds: 0))
            let job = Job(
                id: try #require(JobID(jobID)), ownerID: try #require(UserID(jobID)),
                submission: JobSubmission(kind: try JobKind("noop"), queue: try QueueName("mail")), state: .running,
                createdAt: Timestamp(microseconds: 0))
            try await cluster.withAdmin { admin in
                try await cluster.withProducer { producer in
                    let copier = KafkaDeadLetterCopier(producer: producer, admin: admin, settings: cluster.settings)
                    copier.copy([dead])
                    copier.copy([DeadJob(job: job, code: "broken", message: "No.")])
                    // The admin client answers in turn: the copy has been queued when this has been answered.
                    try await admin.ensureTopics(["millrace.dead.mail"])
                    await producer.close()
                    #expect(producer.counts.delivered == 2)
                }
            }
        }
    }

    @Test func `copies that find no room are counted, and hold nobody up`() async throws {
        // Nobody listens there.
        let settings = KafkaSettings(brokers: "127.0.0.1:1")
        let admin = try KafkaAdmin(settings: settings, logger: Cluster.logger)
        let producer = try KafkaProducer(settings: settings, logger: Cluster.logger)
        let source = TopicPartition(topic: "millrace.jobs.mail", partition: 0)
        let value = [UInt8](repeating: 0, count: 1 << 20)
        let copier = KafkaDeadLetterCopier(producer: producer, admin: admin, settings: settings)
        for offset in 0..<40 {
            let record = SourceRecord(
                source: source, offset: Int64(offset), timestamp: nil, key: nil, value: value, headers: [])
            copier.copy([
                DeadRecord(
                    id: try #require(DeadRecordID(jobID)), record: record, reason: DeadReason(.empty, "no"),
                    createdAt: Timestamp(microseconds: 0))
            ])
        }
        #expect(producer.counts.refused >= 24)
        await producer.close()
        await admin.close()
    }
}
