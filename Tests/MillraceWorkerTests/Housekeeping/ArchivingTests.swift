import MillraceDomain
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Archiving` {
    @Test func `ended jobs move, all of them, each put before it is removed`() async throws {
        var rig = try await HousekeepingRig()
        rig.settings.archiveBatch = 3...5
        let ended = try await rig.endedJobs(40)
        try await rig.run { try await rig.finished.removals.wait { Set($0).count == ended.count } }
        #expect(Set(rig.archive.whole.jobs.map(\.job)) == Set(ended))
        #expect(try await rig.store.list(JobFilter(), page: PageRequest()).items == [])
        #expect(rig.archive.puts.elements.allSatisfy { $0.count <= 12 })
        #expect(rig.archive.puts.elements.flatMap(\.self).count == ended.count)
    }

    @Test(arguments: [JobState.dead, .succeeded])
    func `jobs of one end move where there are no others`(state: JobState) async throws {
        let rig = try await HousekeepingRig()
        let ended = try await rig.endedJobs(3, [state])
        try await rig.run { try await rig.finished.removals.wait { Set($0).count == ended.count } }
        #expect(Set(rig.archive.whole.jobs.map(\.job)) == Set(ended))
    }

    @Test func `while the archive is away everything stays, and afterwards all of it moves`() async throws {
        let rig = try await HousekeepingRig()
        let ended = try await rig.endedJobs(10)
        rig.archive.whole.setOutage(.unavailable)
        try await rig.run {
            try await rig.archive.puts.wait { $0.filter(\.isEmpty).count >= 2 }
            #expect(rig.finished.removals.elements == [])
            #expect(try await rig.store.find(ended.map(\.id)).count == ended.count)
            rig.archive.whole.setOutage(nil)
            try await rig.finished.removals.wait { Set($0).count == ended.count }
        }
        #expect(Set(rig.archive.whole.jobs.map(\.job)) == Set(ended))
    }

    @Test func `what was put stays hot until lists cannot miss it`() async throws {
        let rig = try await HousekeepingRig(listingDelay: .milliseconds(200))
        let ended = try await rig.endedJobs(3)
        try await rig.run { try await rig.finished.removals.wait { Set($0).count == ended.count } }
        let (puts, removals) = (rig.archive.putTimes.elements, rig.finished.removalTimes.elements)
        #expect(puts.count == removals.count)
        for (put, removal) in zip(puts, removals) { #expect(removal - put >= .milliseconds(200)) }
    }

    @Test func `a job sent back between copy and removal stays`() async throws {
        let rig = try await HousekeepingRig()
        rig.finished.gate.close()
        let dead = try await rig.jobs.job(in: .dead, of: rig.owner)
        rig.clock.advance(by: .seconds(8 * 86_400))
        try await rig.run {
            try await rig.archive.puts.wait { !$0.isEmpty }
            _ = try await rig.store.retry(dead.id, owner: nil, evenSucceeded: false)
            rig.finished.gate.open()
            try await rig.finished.removals.wait(forCount: 1)
        }
        #expect(try await rig.jobs.job(dead.id).state == .queued)
    }

    @Test func `nothing moves where nothing is to be archived`() async throws {
        var rig = try await HousekeepingRig()
        rig.settings.isArchiving = false
        let ended = try await rig.endedJobs(3)
        try await rig.run { try await rig.upkeep.calls.wait(forCount: 5) }
        #expect(rig.archive.puts.elements == [])
        #expect(try await rig.store.find(ended.map(\.id)).count == 3)
    }

    @Test func `a batch grows while it is quick and shrinks when it is slow`() {
        var settings = HousekeepingSettings(holder: "one")
        settings.archiveBatch = 10...100
        settings.archivePace.step = .milliseconds(100)
        var lap = ArchiveLap(settings)
        #expect(lap.limit == 40)
        lap.note(step(40), of: .others, took: .milliseconds(10))
        #expect(lap.limit == 60)
        lap.note(step(20), of: .others, took: .milliseconds(10))
        #expect(lap.limit == 60)
        for _ in 0..<5 { lap.note(step(lap.limit), of: .others, took: .milliseconds(10)) }
        #expect(lap.limit == 100)
        lap.note(step(100), of: .others, took: .milliseconds(150))
        #expect(lap.limit == 100)
        for _ in 0..<5 { lap.note(step(1), of: .others, took: .milliseconds(300)) }
        #expect(lap.limit == 10)
    }

    @Test func `ends of every group take turns, however many there are of one`() {
        var lap = ArchiveLap(HousekeepingSettings(holder: "one"))
        var groups: [EndedGroup?] = []
        for _ in 0..<4 {
            let group = lap.next()?.group
            groups.append(group)
            lap.note(step(lap.limit), of: group ?? .others, took: .zero)
        }
        #expect(Set(groups.prefix(2)) == Set(EndedGroup.allCases))
        #expect(groups[0] == groups[2] && groups[1] == groups[3])
        for _ in 0..<2 { lap.note(step(0), of: lap.next()?.group ?? .others, took: .zero) }
        #expect(!lap.hasMore)
    }

    @Test func `less than a batch is the end, from which a lap goes on until it has lasted long enough`() {
        let settings = HousekeepingSettings(holder: "one")
        var lap = ArchiveLap(settings)
        for _ in EndedGroup.allCases { lap.note(step(3), of: lap.next()?.group ?? .others, took: .zero) }
        #expect(!lap.hasMore)
        lap.goOn(at: .now + settings.archiveLapTime)
        #expect(!lap.hasMore)
        lap.goOn()
        #expect(lap.hasMore)
    }

    @Test func `less than a batch that took long may have been cut short, and is no end`() {
        let settings = HousekeepingSettings(holder: "one")
        var lap = ArchiveLap(settings)
        for _ in 0..<4 { lap.note(step(4), of: lap.next()?.group ?? .others, took: settings.archivePace.step) }
        #expect(lap.hasMore)
        for _ in EndedGroup.allCases { lap.note(step(0), of: lap.next()?.group ?? .others, took: .seconds(1)) }
        #expect(!lap.hasMore)
    }

    @Test func `an archiver that does not come to the end of what is due hurries, until it does`() {
        let settings = HousekeepingSettings(holder: "one")
        var lap = ArchiveLap(settings)
        #expect(lap.pace() == settings.archivePace)
        #expect(lap.pace(at: .now + .seconds(20)) == settings.archiveCatchingUp)
        for _ in EndedGroup.allCases { lap.note(step(3), of: lap.next()?.group ?? .others, took: .zero) }
        #expect(lap.pace(at: .now + .seconds(10)) == settings.archivePace)
        #expect(settings.archiveCatchingUp.rest < settings.archivePace.rest)
    }

    @Test func `copying waits when too much waits for its removal`() {
        var settings = HousekeepingSettings(holder: "one")
        settings.removalBound = 10
        var lap = ArchiveLap(settings)
        lap.note(step(10), of: .others, took: .zero)
        #expect(lap.next() == nil)
        #expect(lap.due(before: .now + .seconds(1))?.count == 10)
        lap.forgetDue()
        #expect(lap.next() != nil)
    }

    private func step(_ count: Int) -> ArchiveStep {
        let id = SequentialIDs.id(1)
        let version = EndedVersion(id: JobID(id), ownerID: UserID(id), generation: 0)
        return ArchiveStep(versions: Array(repeating: version, count: count), last: nil)
    }
}
