import MillraceDomain
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Housekeeping by one process` {
    @Test func `only the holder of the lease does it, and another takes over when it has gone`() async throws {
        let rig = try await HousekeepingRig()
        // Somebody who died with the lease.
        #expect(try await rig.store.hold(as: "dead", for: .seconds(30)))
        try await rig.run("two") {
            try await rig.leaseAskedFor(times: 3)
            #expect(rig.upkeep.calls.elements == [])
            rig.clock.advance(by: .seconds(31))
            try await rig.upkeep.calls.wait(forCount: 1)
        }
    }

    @Test func `the lease is given back at the end`() async throws {
        let rig = try await HousekeepingRig()
        try await rig.run("one") { try await rig.upkeep.calls.wait(forCount: 1) }
        #expect(try await rig.store.hold(as: "two", for: .seconds(1)))
    }

    @Test func `who has lost the lease stops`() async throws {
        let rig = try await HousekeepingRig()
        try await rig.run("one") {
            try await rig.upkeep.calls.wait(forCount: 1)
            rig.clock.advance(by: .seconds(60))
            #expect(try await rig.store.hold(as: "two", for: .seconds(3600)))
            try await rig.leaseAskedFor(times: 3)
            let done = rig.upkeep.calls.elements.count
            try await rig.leaseAskedFor(times: 3)
            #expect(rig.upkeep.calls.elements.count == done)
        }
        #expect(try await rig.store.hold(as: "three", for: .seconds(1)) == false)
    }

    @Test func `a store that is away stops nothing for good`() async throws {
        let rig = try await HousekeepingRig()
        try await rig.run {
            try await rig.upkeep.calls.wait(forCount: 1)
            rig.store.setOutage(.unavailable)
            try await rig.leaseAskedFor(times: 4)
            rig.store.setOutage(nil)
            let done = rig.upkeep.calls.elements.count
            try await rig.upkeep.calls.wait(forCount: done + 2)
        }
    }

    @Test func `an erased user's jobs go`() async throws {
        let rig = try await HousekeepingRig()
        let ended = try await rig.endedJobs(5)
        _ = try await rig.jobs.submit(rig.owner)
        let erasure = try await rig.store.begin(ErasureID(rig.jobs.ids.next()), user: rig.owner)
        try await rig.run { try await rig.erased(erasure.id) }
        #expect(try await rig.store.find(ended.map(\.id)) == [])
        #expect(rig.archive.whole.jobs.isEmpty)
        #expect(try await rig.store.list(JobFilter(), page: PageRequest()).items == [])
    }
}

extension HousekeepingRig {
    /// Waits until the lease was asked for that often from now on.
    fileprivate func leaseAskedFor(times: Int) async throws {
        let before = lease.asked.elements.count
        try await lease.asked.wait(forCount: before + times)
    }

    /// Waits until the erasure is done.
    fileprivate func erased(_ id: ErasureID) async throws {
        try await erasures.saved.wait { $0.contains { $0.id == id && $0.phase == .done } }
    }
}
