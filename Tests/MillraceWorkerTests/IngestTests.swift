import MillraceDomain
import Synchronization
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Taking records in` {
    private func jobs(_ numbers: ClosedRange<UInt64>, at offset: Int64) -> [SourceRecord] {
        numbers.enumerated().map { .words("job \($1) probe", offset: offset + Int64($0)) }
    }

    @Test func `records become jobs that run, and the source is told how far they are durable`() async throws {
        let rig = try await WorkerRig()
        try await rig.run { _ in
            rig.assign()
            rig.source.feed(.records(1, .first, jobs(1...3, at: 0)))
            try await rig.leases.finished.wait(forCount: 3)
        }
        #expect(
            rig.source.requests.elements.prefix(2) == [
                .begin(1, [PartitionStart(source: .first, offset: nil)]), .acknowledge(.first, nextOffset: 3),
            ])
        #expect(try await rig.job(.ofRecord(2)).state == .succeeded)
    }

    @Test func `a repeated record is dropped`() async throws {
        let rig = try await WorkerRig()
        let probe = ProbeHandler()
        try await rig.run(probe) { _ in
            rig.assign()
            rig.source.feed(.records(1, .first, jobs(1...2, at: 0)))
            rig.source.feed(.records(1, .first, jobs(1...2, at: 0)))
            rig.source.feed(.records(1, .first, jobs(2...3, at: 2)))
            try await rig.source.requests.wait { $0.contains(.acknowledge(.first, nextOffset: 4)) }
            try await rig.leases.finished.wait(forCount: 3)
        }
        #expect(probe.started.elements.count == 3)
        #expect(rig.ingest.calls.elements == [.open([.first]), .ingest([0, 1]), .ingest([2, 3])])
    }

    @Test func `what cannot be read is kept, copied, and stops nothing`() async throws {
        let rig = try await WorkerRig()
        try await rig.run { _ in
            rig.assign()
            rig.source.feed(.records(1, .first, [.words("???", offset: 0), .words("job 1 nobody", offset: 1)]))
            rig.source.feed(.records(1, .first, jobs(1...1, at: 2)))
            try await rig.copier.recorder.wait(forCount: 2)
            try await rig.leases.finished.wait(forCount: 1)
        }
        #expect(rig.copier.records.map(\.reason.code) == [.malformedJSON, .unknownKind])
    }

    @Test func `partitions are opened once the source knows the cluster that has replaced its own`() async throws {
        let rig = try await WorkerRig()
        for cluster in ["one", "two"] { _ = try await rig.ingest.store.open([.first], cluster: cluster) }
        rig.source.clusterID = "one"
        try await rig.run { _ in
            rig.assign()
            try await rig.ingest.calls.wait(forCount: 2)
            #expect(rig.source.requests.elements.isEmpty)
            rig.source.clusterID = "two"
            try await rig.source.requests.wait { $0.contains(.begin(1, [PartitionStart(source: .first, offset: nil)])) }
        }
    }

    @Test func `partitions are opened as soon as the store is back`() async throws {
        let rig = try await WorkerRig()
        rig.ingest.fail("open", with: [.unavailable, .ambiguous])
        try await rig.run { _ in
            rig.assign()
            try await rig.source.requests.wait { $0.contains(.begin(1, [PartitionStart(source: .first, offset: nil)])) }
        }
        #expect(rig.ingest.calls.elements.count == 3)
        #expect(rig.source.requests.elements.contains(.pause))
        #expect(rig.source.requests.elements.contains(.resume))
    }

    @Test func `partitions of an assignment that has passed are not opened`() async throws {
        let rig = try await WorkerRig()
        rig.ingest.fail("open", with: Array(repeating: .unavailable, count: 1000))
        try await rig.run { _ in
            rig.assign(1, [.first])
            try await rig.ingest.calls.wait(forCount: 1)
            rig.assign(2, [.second])
            try await rig.ingest.calls.wait { $0.contains(.open([.second])) }
            rig.ingest.heal()
            let begun = ScriptedRecordSource.Request.begin(2, [PartitionStart(source: .second, offset: nil)])
            try await rig.source.requests.wait { $0.contains(begun) }
        }
        #expect(!rig.ingest.calls.elements.drop { $0 == .open([.first]) }.contains(.open([.first])))
    }

    @Test func `records of an assignment that has passed are not written`() async throws {
        let rig = try await WorkerRig()
        try await rig.run { _ in
            rig.assign(1)
            rig.source.feed(.revoked)
            rig.source.feed(.records(1, .first, jobs(1...1, at: 0)))
            rig.assign(2)
            rig.source.feed(.records(1, .first, jobs(2...2, at: 0)))
            rig.source.feed(.records(2, .first, jobs(3...3, at: 0)))
            try await rig.leases.finished.wait(forCount: 1)
        }
        #expect(try await rig.store.find(.ofRecord(1), owner: nil) == nil)
        #expect(try await rig.store.find(.ofRecord(2), owner: nil) == nil)
        #expect(try await rig.job(.ofRecord(3)).state == .succeeded)
    }

    @Test func `a partition that another process has opened is taken back while Kafka calls it ours`()
        async throws
    {
        let rig = try await WorkerRig()
        try await rig.run { _ in
            rig.assign(1, [.first, .second])
            try await rig.source.requests.wait(forCount: 1)
            _ = try await rig.store.open([.first])
            rig.source.feed(.records(1, .first, jobs(1...1, at: 0)))
            try await rig.leases.finished.wait(forCount: 1)
            rig.source.feed(.records(1, .first, jobs(2...2, at: 1)))
            rig.source.feed(.records(1, .second, [.words("job 3 probe", .second, offset: 0)]))
            try await rig.leases.finished.wait(forCount: 3)
        }
        for record: UInt64 in 1...2 { #expect(try await rig.store.find(.ofRecord(record), owner: nil)?.attempt == 1) }
        #expect(rig.ingest.calls.elements.filter { $0 == .ingest([1]) }.count == 1)
    }

    @Test func `after an unknown outcome the partition is opened and nothing is written twice`() async throws {
        let rig = try await WorkerRig()
        rig.ingest.fail("ingest", with: [.ambiguous])
        try await rig.run { _ in
            rig.assign()
            rig.source.feed(.records(1, .first, jobs(1...2, at: 0)))
            try await rig.ingest.calls.wait(forCount: 2)
            rig.source.feed(.records(1, .first, jobs(3...3, at: 2)))
            try await rig.leases.finished.wait(forCount: 1)
            rig.clock.advance(by: InMemoryStore.sweepGrace)
            try await rig.leases.finished.wait(forCount: 3)
        }
        #expect(rig.ingest.calls.elements == [.open([.first]), .ingest([0, 1]), .open([.first]), .ingest([2])])
    }

    @Test func `after an unknown outcome records of a topic's former life are not taken for the new one's`()
        async throws
    {
        let rig = try await WorkerRig()
        try await rig.run { _ in
            rig.assign()
            rig.source.feed(.records(1, .first, jobs(1...2, at: 0)))
            try await rig.leases.finished.wait(forCount: 2)
            let other = try #require(try await rig.store.open([.first]).first)
            _ = try await rig.store.move(other, to: 0, isNewIncarnation: true)
            rig.ingest.fail("ingest", with: [.ambiguous])
            rig.source.feed(.records(1, .first, jobs(3...3, at: 2)))
            try await rig.source.requests.wait { $0.contains(.begin(1, [PartitionStart(source: .first, offset: 0)])) }
        }
        #expect(try await rig.store.open([.first]).first?.nextOffset == 0)
        #expect(try await rig.store.find(.ofRecord(3), owner: nil) == nil)
    }

    @Test func `a log that ends before our offset is a new one, read from its beginning`() async throws {
        let rig = try await WorkerRig()
        try await rig.run { _ in
            rig.assign()
            rig.source.feed(.records(1, .first, jobs(1...5, at: 0)))
            rig.source.feed(.positionLost(1, .first, low: 0, high: 2))
            try await rig.source.requests.wait { $0.contains(.begin(1, [PartitionStart(source: .first, offset: 0)])) }
            rig.source.feed(.records(1, .first, jobs(5...6, at: 0)))
            try await rig.leases.finished.wait(forCount: 6)
        }
        let position = try #require(try await rig.store.open([.first]).first)
        #expect(position.incarnation == 1)
        #expect(position.nextOffset == 2)
    }

    @Test func `of a trimmed log the rest is read`() async throws {
        let rig = try await WorkerRig()
        rig.ingest.fail("move", with: [.unavailable, .ambiguous])
        try await rig.run { _ in
            rig.assign()
            rig.source.feed(.positionLost(1, .first, low: 40, high: 90))
            try await rig.source.requests.wait { $0.contains(.begin(1, [PartitionStart(source: .first, offset: 40)])) }
            rig.source.feed(.records(1, .first, jobs(1...1, at: 40)))
            try await rig.leases.finished.wait(forCount: 1)
        }
        let position = try #require(try await rig.store.open([.first]).first)
        #expect(position.incarnation == 0)
        #expect(position.nextOffset == 41)
    }

    @Test func `the source is paused above the high water and goes on at half of it`() async throws {
        var rig = try await WorkerRig()
        rig.settings.highWater = 10
        rig.settings.concurrency = 1
        let gate = Gate()
        let probe = ProbeHandler { _, _ in
            await gate.pass()
            return .succeeded
        }
        try await rig.run(probe) { _ in
            rig.assign()
            rig.source.feed(.records(1, .first, jobs(1...14, at: 0)))
            try await rig.source.requests.wait { $0.contains(.pause) }
            #expect(!rig.source.requests.elements.contains(.resume))
            gate.open()
            try await rig.source.requests.wait { $0.contains(.resume) }
            try await rig.leases.finished.wait(forCount: 14)
        }
        #expect(rig.source.requests.elements.filter { $0 == .pause }.count == 1)
    }

    @Test func `a source that fails is asked again`() async throws {
        let rig = try await WorkerRig()
        try await rig.run { _ in
            rig.assign()
            rig.source.fail(DomainError.failure)
            rig.source.feed(.records(1, .first, jobs(1...1, at: 0)))
            try await rig.leases.finished.wait(forCount: 1)
        }
    }

    @Test func `word of jobs is acted on at once, and noted later for all partitions together`() async throws {
        let rig = try await WorkerRig()
        rig.ingest.fail("note", with: [.unavailable])
        let ids = [try await rig.submit(), try await rig.submit(), try await rig.submit()]
        try await rig.run { _ in
            rig.assign(1, [.first, .second])
            rig.dispatch([ids[0], ids[1]])
            rig.source.feed(.records(1, .second, [.words("dispatch \(ids[2])", .second, offset: 7)]))
            try await rig.leases.finished.wait(forCount: 3)
            try await rig.source.requests.wait {
                $0.contains(.acknowledge(.first, nextOffset: 2)) && $0.contains(.acknowledge(.second, nextOffset: 8))
            }
        }
        let note = WatchedIngest.Call.note([.first: 2, .second: 8])
        #expect(rig.ingest.calls.elements == [.open([.first, .second]), note, note])
        #expect(try await rig.store.open([.first, .second]).map(\.nextOffset) == [2, 8])
    }

    @Test func `what is written after word of jobs notes its offset too`() async throws {
        let rig = try await WorkerRig()
        rig.ingest.fail("note", with: Array(repeating: .unavailable, count: 1000))
        let id = try await rig.submit()
        try await rig.run { _ in
            rig.assign()
            rig.dispatch([id])
            rig.source.feed(.records(1, .first, jobs(1...1, at: 1)))
            try await rig.leases.finished.wait(forCount: 2)
            rig.ingest.heal()
        }
        #expect(try await rig.store.open([.first]).first?.nextOffset == 2)
    }

    @Test func `a partition that turns out to be another's when word of jobs is noted is taken back`() async throws {
        let rig = try await WorkerRig()
        let ids = [try await rig.submit(), try await rig.submit()]
        try await rig.run { _ in
            rig.assign()
            try await rig.source.requests.wait(forCount: 1)
            _ = try await rig.store.open([.first])
            rig.dispatch([ids[0]])
            try await rig.ingest.calls.wait { $0.contains(.note([.first: 1])) }
            try await rig.leases.finished.wait(forCount: 1)
            // The answer of the store may still be on its way: word goes on until it has come.
            var offset: Int64 = 1
            while rig.ingest.calls.elements.filter({ $0 == .open([.first]) }).count < 2, offset < 1000 {
                rig.dispatch([ids[1]], at: offset)
                offset += 1
                try await ContinuousClock().sleep(for: .milliseconds(5))
            }
            try await rig.source.requests.wait { $0.contains { if case .acknowledge = $0 { true } else { false } } }
        }
        #expect(rig.ingest.calls.elements.filter { $0 == .open([.first]) }.count == 2)
    }
}
