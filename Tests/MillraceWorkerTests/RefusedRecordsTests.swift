import MillraceDomain
import Synchronization
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Records that the store refuses` {
    private func jobs(_ numbers: ClosedRange<UInt64>, at offset: Int64) -> [SourceRecord] {
        numbers.enumerated().map { .words("job \($1) probe", offset: offset + Int64($0)) }
    }

    @Test func `a record that the store can never take becomes a dead letter`() async throws {
        let rig = try await WorkerRig()
        rig.ingest.poison.withLock { _ = $0.insert(1) }
        try await rig.run { _ in
            rig.assign()
            rig.source.feed(.records(1, .first, jobs(1...3, at: 0)))
            try await rig.source.requests.wait { $0.contains(.acknowledge(.first, nextOffset: 3)) }
            try await rig.leases.finished.wait(forCount: 2)
        }
        let dead = try #require(rig.copier.records.first)
        #expect(rig.copier.records.map(\.record.offset) == [1])
        #expect(dead.ownerID == rig.owner && dead.kind == JobKind(stored: "probe"))
    }

    @Test func `a store that takes nothing at all has refused no record`() async throws {
        let rig = try await WorkerRig()
        // The batch three times, its first record three times, and the dead letter of that.
        rig.ingest.fail("ingest", with: Array(repeating: .failure, count: 7))
        try await rig.run { _ in
            rig.assign()
            rig.source.feed(.records(1, .first, jobs(1...2, at: 0)))
            try await rig.leases.finished.wait(forCount: 2)
        }
        #expect(rig.copier.records.isEmpty)
    }
}
