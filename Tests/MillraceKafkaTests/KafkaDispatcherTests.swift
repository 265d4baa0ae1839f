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

    @Test func `a copy of a dead letter arrives on its queue's dead topic`() async throws {
        try await Cluster.with(["millrace.dead.mail": 1]) { cluster in
            let source = TopicPartition(topic: "millrace.jobs.mail", partition: 0)
            let record = SourceRecord(source: source, offset: 7, timestamp: nil, key: nil, value: [0xFF], headers: [])
            let dead = DeadRecord(
                id: try #require(DeadRecordID(jobID)), record: record,
                reason: DeadReason(.malformedJSON, "no"), createdAt: Timestamp(microseconds: 0))
            try await cluster.withAdmin { admin in
                try await cluster.withProducer { producer in
                    KafkaDeadLetterCopier(producer: producer, admin: admin, settings: cluster.settings).copy([dead])
                    // The admin client answers in turn: the copy has been queued when this has been answered.
                    try await admin.ensureTopics(["millrace.dead.mail"])
                    await producer.close()
                    #expect(producer.counts.delivered == 1)
                }
            }
        }
    }
}
