import MillraceDomain
import TestKit
import Testing

struct IngestRecordsTests {
    /// Decodes by offset, as the test says.
    private struct Decoder: RecordDecoder {
        let decoded: [Int64: DecodedRecord]

        func decode(_ record: SourceRecord, incarnation: Int32) -> DecodedRecord {
            decoded[record.offset] ?? .unreadable(DeadReason(.empty, "incarnation \(incarnation)"))
        }
    }

    private let world = World()
    private let source = TopicPartition(topic: "millrace.jobs.default", partition: 0)

    private func request(_ kind: String = "noop", owner: UserID? = nil) -> RecordSubmission {
        RecordSubmission(
            identity: world.ids.next(), jobID: world.ids.next(), ownerID: owner,
            submission: JobSubmission(kind: JobKind(stored: kind)))
    }

    private func ingest(_ decoded: [Int64: DecodedRecord], owner: UserID) -> IngestRecords {
        IngestRecords(
            repository: world.memory, decoder: Decoder(decoded: decoded), catalogue: world.catalogue,
            ingestOwner: owner)
    }

    private func report(_ outcome: IngestOutcome) throws -> IngestReport {
        guard case .committed(let report) = outcome else { throw DomainError.failure }
        return report
    }

    @Test func `records become jobs, dead records and words, and the partition moves on`() async throws {
        let (user, _) = try await world.user()
        let (other, _) = try await world.user("other@example.org")
        let (plain, named, told) = (request(), request("sleep", owner: other.id), world.ids.next(as: Job.self))
        let unreadable = DeadReason(.malformedJSON, "Not JSON.")
        let ingest = ingest(
            [
                10: .submission(plain), 11: .dispatch(told), 12: .submission(named), 13: .unreadable(unreadable),
                14: .submission(request("unheard.of")),
            ], owner: user.id)
        let position = try #require(try await world.memory.open([source]).first)
        let records = (10...14).map { SourceRecord.sample(source, offset: Int64($0)) }
        let report = try report(try await ingest(records, at: position))
        #expect(report.position.nextOffset == 15 && report.position.epoch == position.epoch)
        #expect(report.dispatched == [told])
        #expect(report.receipt.ready == [plain.jobID, named.jobID] && report.receipt.accepted == 2)
        #expect(report.receipt.dead.map(\.record) == [records[3], records[4]])
        #expect(report.receipt.dead.map(\.reason.code) == [.malformedJSON, .unknownKind])
        #expect(report.receipt.dead.map(\.reason.message) == ["Not JSON.", "The kind “unheard.of” has no handler."])
        let job = try await world.store.job(plain.jobID)
        #expect(job.ownerID == user.id && job.submission.maxAttempts == 25)
        #expect(try await world.store.job(named.jobID).ownerID == other.id)
        #expect(try await world.memory.open([source]).map(\.nextOffset) == [15])
    }

    @Test func `an ingest whose partition was taken over writes nothing`() async throws {
        let (user, _) = try await world.user()
        let request = request()
        let position = try #require(try await world.memory.open([source]).first)
        _ = try await world.memory.open([source])
        let ingest = ingest([0: .submission(request)], owner: user.id)
        let outcome = try await ingest([.sample(source, offset: 0)], at: position)
        guard case .staleEpoch = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(try await world.memory.find(request.jobID, owner: nil) == nil)
    }

    @Test func `no records move nothing and ask the store nothing`() async throws {
        world.memory.setOutage(.failure)
        let position = PartitionPosition(source: source, nextOffset: 3, epoch: 1, incarnation: 2)
        let report = try report(try await ingest([:], owner: world.ids.next())([], at: position))
        #expect(report.position == position && report.dispatched == [])
    }

    @Test func `the decoder is told which life of its topic a record belongs to`() async throws {
        let first = try #require(try await world.memory.open([source]).first)
        let position = try #require(try await world.memory.move(first, to: 0, isNewIncarnation: true))
        let records = [SourceRecord.sample(source, offset: 0)]
        let report = try report(try await ingest([:], owner: world.ids.next())(records, at: position))
        #expect(report.receipt.dead.map(\.reason.message) == ["incarnation 1"])
        #expect(report.position.incarnation == 1)
    }

    @Test func `an outage of the store is told as it is`() async throws {
        let position = PartitionPosition(source: source, nextOffset: 0, epoch: 1, incarnation: 0)
        world.memory.setOutage(.ambiguous)
        await #expect(throws: DomainError.ambiguous) {
            try await ingest([:], owner: world.ids.next())([.sample(source, offset: 0)], at: position)
        }
    }

    @Test func `dead letters are listed for admins all, for others what is theirs`() async throws {
        let list = ListDeadLetters(deadLetters: world.memory)
        let (user, caller) = try await world.user("ada@example.org", .jobsRead)
        let (other, stranger) = try await world.user("bob@example.org", .jobsRead)
        _ = try await world.store.job(in: .dead, of: user.id)
        let position = try #require(try await world.memory.open([source]).first)
        _ = try await ingest([:], owner: user.id)([.sample(source, offset: 0)], at: position)
        #expect(try await list(page: PageRequest(), by: caller).items.count == 2)
        #expect(try await list(page: PageRequest(), by: world.caller(.admin)).items.count == 2)
        #expect(try await list(page: PageRequest(), by: stranger).items.isEmpty)
        var theirs = DeadLetterFilter()
        theirs.owner = other.id
        #expect(try await list(theirs, page: PageRequest(), by: caller).items.isEmpty)
        await #expect(throws: DomainError.forbidden(.jobsRead)) {
            try await list(page: PageRequest(), by: world.caller())
        }
    }

    @Test func `a reason's message is cut, and NUL is replaced`() {
        let reason = DeadReason(.empty, "\0" + String(repeating: "m", count: 3000))
        #expect(reason.message.count == 2000 && reason.message.hasPrefix("\u{FFFD}m"))
    }
}
