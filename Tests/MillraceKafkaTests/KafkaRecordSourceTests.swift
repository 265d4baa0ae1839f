import MillraceDomain
import MillraceKafka
import Testing

@Suite(.timeLimit(.minutes(2))) struct KafkaRecordSourceTests {
    private let mail = TopicPartition(topic: "millrace.jobs.mail", partition: 0)

    @Test func `nothing is read before the owner says from where`() async throws {
        try await Cluster.with { cluster in
            try await cluster.publish(0..<5)
            try await cluster.withReader { reader in
                guard case .assigned(let id, let partitions) = try await reader.next() else {
                    Issue.record("the first event is the assignment")
                    return
                }
                #expect(partitions == [mail])
                #expect(await reader.isQuiet(for: .milliseconds(700)))
                await reader.consumer.begin(id, at: [PartitionStart(source: mail, offset: 2)])
                #expect(try await reader.records(3).map(\.offset) == [2, 3, 4])
            }
        }
    }

    @Test func `a restarted consumer goes on at the offset it is given`() async throws {
        try await Cluster.with { cluster in
            try await cluster.publish(0..<10)
            try await cluster.withReader { reader in
                try await reader.join()
                #expect(try await reader.records(10).count == 10)
                await reader.consumer.acknowledge(mail, nextOffset: 10)
            }
            try await cluster.withReader { reader in
                try await reader.join(at: 7)
                #expect(try await reader.records(3).map(\.number) == [7, 8, 9])
            }
        }
    }

    @Test func `an answer to an older generation changes nothing`() async throws {
        try await Cluster.with { cluster in
            try await cluster.publish(0..<2)
            try await cluster.withReader { reader in
                guard case .assigned(let id, _) = try await reader.next() else { return }
                await reader.consumer.begin(id - 1, at: [PartitionStart(source: mail, offset: nil)])
                #expect(await reader.isQuiet(for: .milliseconds(500)))
            }
        }
    }

    @Test func `a new queue is found without a restart`() async throws {
        try await Cluster.with { cluster in
            try await cluster.withReader { reader in
                try await reader.join()
                try cluster.mock.createTopic("millrace.jobs.later", partitions: 1)
                try cluster.mock.createTopic("millrace.dead.mail", partitions: 1)
                try await cluster.publish(0..<1, to: "millrace.jobs.later")
                try await reader.join(partitions: 2)
                #expect(Set(reader.partitions.map(\.topic)) == ["millrace.jobs.later", "millrace.jobs.mail"])
                #expect(try await reader.records(1).map(\.number) == [0])
            }
        }
    }

    @Test func `two consumers share the partitions, and one takes over when the other leaves`() async throws {
        try await Cluster.with(["millrace.jobs.mail": 4]) { cluster in
            try await cluster.withReader { first in
                try await first.join(partitions: 4)
                try await cluster.withReader { second in
                    guard case .assigned(_, let theirs) = try await second.next() else { return }
                    guard case .revoked = try await first.next() else {
                        Issue.record("the first hears that its partitions are gone")
                        return
                    }
                    guard case .assigned(_, let ours) = try await first.next() else { return }
                    #expect(ours.count == 2)
                    #expect(Set(ours).isDisjoint(with: theirs))
                    #expect(Set(ours).union(theirs).count == 4)
                }
                try await first.join(partitions: 4)
                #expect(first.partitions.count == 4)
            }
        }
    }

    @Test func `an offset beyond the log is reported with its ends, and reading goes on where told`() async throws {
        try await Cluster.with { cluster in
            try await cluster.publish(0..<3)
            try await cluster.withReader { reader in
                try await reader.join(at: 1_000)
                guard case .positionLost(reader.assignment, mail, low: 0, high: 3) = try await reader.next() else {
                    Issue.record("expected the loss of the position")
                    return
                }
                await reader.consumer.begin(reader.assignment, at: [PartitionStart(source: mail, offset: nil)])
                #expect(try await reader.records(3).map(\.number) == [0, 1, 2])
            }
        }
    }

    @Test func `a lost position leaves the other partitions alone`() async throws {
        try await Cluster.with(["millrace.jobs.mail": 1, "millrace.jobs.sms": 1]) { cluster in
            try await cluster.publish(0..<3)
            try await cluster.publish(0..<3, to: "millrace.jobs.sms")
            let sms = TopicPartition(topic: "millrace.jobs.sms", partition: 0)
            try await cluster.withReader { reader in
                guard case .assigned(let id, _) = try await reader.next() else { return }
                await reader.consumer.begin(
                    id, at: [PartitionStart(source: mail, offset: 99), PartitionStart(source: sms, offset: 0)])
                var (numbers, isLost): ([Int?], Bool) = ([], false)
                while numbers.count < 3 || !isLost {
                    switch try await reader.next() {
                    case .records(_, _, let batch): numbers += batch.map(\.number)
                    case .positionLost(_, mail, low: 0, high: 3): isLost = true
                    case let event: Issue.record("unexpected \(event)")
                    }
                }
                #expect(numbers == [0, 1, 2])
                await reader.consumer.begin(id, at: [PartitionStart(source: mail, offset: 2)])
                #expect(try await reader.records(1).map(\.number) == [2])
                try await cluster.publish(3..<4, to: "millrace.jobs.sms")
                #expect(try await reader.records(1).map(\.number) == [3])
            }
        }
    }

    @Test func `a pause stops reading and loses and repeats nothing`() async throws {
        try await Cluster.with { cluster in
            try await cluster.publish(0..<2_000)
            try await cluster.withReader({ $0.maxBufferedRecords = 100 }) { reader in
                try await reader.join()
                var numbers = try await reader.records(300).map(\.number)
                await reader.consumer.pause()
                while let event = try? await reader.next(within: .milliseconds(1_000)) {
                    if case .records(_, _, let batch) = event { numbers += batch.map(\.number) }
                }
                #expect(numbers.count < 2_000)
                try await cluster.publish(2_000..<2_100)
                await reader.consumer.resume()
                numbers += try await reader.records(2_100 - numbers.count).map(\.number)
                #expect(numbers == Array(0..<2_100))
            }
        }
    }

    @Test func `a slow reader bounds the buffer and still sees everything once`() async throws {
        try await Cluster.with(["millrace.jobs.mail": 4]) { cluster in
            try await cluster.publish(0..<5_000)
            try await cluster.withReader({ $0.maxBufferedRecords = 64 }) { reader in
                try await reader.join(partitions: 4)
                var seen: [SourceRecord] = []
                // Long enough for the thread to stop reading altogether and go back to serving its group.
                #expect(await reader.isQuietAfterFill(limit: .seconds(2), bound: 64))
                while seen.count < 5_000 {
                    guard case .records(_, _, let batch) = try await reader.next() else { continue }
                    seen += batch
                    #expect(reader.consumer.bufferedRecords <= 64)
                }
                #expect(Set(seen.map(\.number)).count == 5_000)
            }
        }
    }

    @Test func `20000 records are seen once each and in order per partition`() async throws {
        try await Cluster.with(["millrace.jobs.mail": 6]) { cluster in
            try await cluster.publish(0..<20_000)
            try await cluster.withReader { reader in
                try await reader.join(partitions: 6)
                let records = try await reader.records(20_000)
                #expect(Set(records.map(\.number)).count == 20_000)
                for (_, ours) in Dictionary(grouping: records, by: \.source) {
                    #expect(ours.map(\.offset) == Array(0..<Int64(ours.count)))
                }
            }
        }
    }

    @Test func `reading goes on when the broker is back`() async throws {
        try await Cluster.with { cluster in
            try await cluster.publish(0..<3)
            try await cluster.withReader { reader in
                try await reader.join()
                #expect(try await reader.records(3).count == 3)
                cluster.mock.setDown(true)
                #expect(await reader.isQuiet(for: .seconds(2)))
                cluster.mock.setDown(false)
                try await cluster.publish(3..<6)
                #expect(try await reader.records(3).map(\.number) == [3, 4, 5])
            }
        }
    }

    @Test func `a consumer that starts before its broker reads once the broker is there`() async throws {
        try await Cluster.with { cluster in
            try await cluster.publish(0..<3)
            cluster.mock.setDown(true)
            try await cluster.withReader { reader in
                #expect(await reader.isQuiet(for: .seconds(1)))
                cluster.mock.setDown(false)
                try await reader.join()
                #expect(try await reader.records(3).map(\.number) == [0, 1, 2])
            }
        }
    }

    @Test func `a member that is fenced for good is replaced by a new one`() async throws {
        try await Cluster.with { cluster in
            try await cluster.publish(0..<3)
            try await cluster.withReader { reader in
                try await reader.join()
                #expect(try await reader.records(3).count == 3)
                cluster.mock.fail(.heartbeat, with: .fencedInstance, count: 1)
                guard case .revoked = try await reader.next() else {
                    Issue.record("the reader hears that its partitions are gone")
                    return
                }
                try await reader.join(at: 2)
                #expect(try await reader.records(1).map(\.number) == [2])
            }
        }
    }

    @Test func `close ends the reader's wait and is bounded without broker`() async throws {
        try await Cluster.with { cluster in
            let consumer = try KafkaRecordSource(settings: cluster.settings, logger: Cluster.logger)
            async let event = consumer.next()
            cluster.mock.setDown(true)
            let started = ContinuousClock.now
            await consumer.close()
            #expect(await event == nil)
            #expect(ContinuousClock.now - started < .seconds(6))
        }
    }
}
