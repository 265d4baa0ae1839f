import MillraceDomain
import MillraceKafka

/// A consumer process: the use cases of the domain, driven by loops like the worker's, with what such a process
/// knows by itself.
///
/// Touched only on the thread that drives its simulation.
final class Consumer: @unchecked Sendable {
    static let slots = 3
    static let lease: Duration = .seconds(10)
    static let renewEvery: Duration = .seconds(3)
    static let margin: Duration = .seconds(2)
    static let cancelGrace: Duration = .seconds(10)

    let life: Life
    let claim: ClaimJobs
    let sweep: SweepDueJobs
    let renew: RenewLeases
    let finish: FinishJobs
    let ingest: IngestRecords
    let positions: any IngestRepository
    let copy: ArchiveFinishedJobs
    let remove: RemoveArchivedJobs

    // What it knows of jobs.
    var hints: [JobID] = []
    var held: [HeldRun] = []
    var outcomes: [(claimed: ClaimedJob, outcome: RunOutcome)] = []
    var reserved = 0
    var running = 0
    var isSweepOwed = false
    var isDraining = false

    // What it knows of partitions.
    var events: [RecordSourceEvent] = []
    var current: AssignmentID?
    let notes: PositionNotes

    let onWork: Bell
    let onOutcome: Bell
    let onEvent: Bell
    let onRun: Bell

    init(_ life: Life) {
        let (world, node) = (life.world, life.node)
        let store = world.stores.ports(for: life)
        let archive = DistantArchive(life: life, base: world.archive)
        let terms = LeaseTerms(consumer: node.name, duration: Self.lease)
        self.life = life
        notes = PositionNotes(life)
        claim = ClaimJobs(leases: store, terms: terms)
        sweep = SweepDueJobs(leases: store, terms: terms)
        renew = RenewLeases(leases: store, terms: terms)
        finish = FinishJobs(leases: store, catalogue: Workshop.catalogue) { world.latency.fraction() * 0.4 - 0.2 }
        ingest = IngestRecords(
            repository: store, decoder: KafkaRecordDecoder(settings: KafkaSettings(brokers: "-")),
            catalogue: Workshop.catalogue, ingestOwner: World.owner)
        positions = store
        copy = ArchiveFinishedJobs(
            jobs: store, archive: archive, hotTimes: HotTimes(dead: .seconds(9), others: .seconds(6)))
        remove = RemoveArchivedJobs(jobs: store, archive: archive)
        (onWork, onOutcome, onEvent, onRun) = (Bell(life), Bell(life), Bell(life), Bell(life))
    }

    var name: String { life.node.name }
    var world: World { life.world }
    var clock: Timestamp { life.node.clock }

    /// Begins everything that a consumer does.
    func start() {
        life.onWake = { [unowned self] in
            stopOverdue()
            world.auditor.checkOverlaps(of: life)
        }
        life.spawn { [self] () async throws(Life.Over) in try await claiming() }
        life.spawn { [self] () async throws(Life.Over) in try await sweeping() }
        life.spawn { [self] () async throws(Life.Over) in try await renewing() }
        life.spawn { [self] () async throws(Life.Over) in try await watching() }
        life.spawn { [self] () async throws(Life.Over) in try await finishing() }
        life.spawn { [self] () async throws(Life.Over) in try await ingesting() }
        life.spawn { [self] () async throws(Life.Over) in try await noting() }
        life.spawn { [self] () async throws(Life.Over) in try await archiving() }
        world.broker.join(self)
    }

    /// Takes in word of ready jobs.
    func add(hints ids: [JobID]) {
        for id in ids where !hints.contains(id) { hints.append(id) }
        if !ids.isEmpty { onWork.call() }
    }

    func reserve(upTo limit: Int, forSweep isSweep: Bool = false) -> Int {
        guard !isDraining else { return 0 }
        let owed = isSweepOwed && !isSweep ? 1 : 0
        let count = min(max(Self.slots - running - reserved - owed, 0), limit)
        if isSweep { isSweepOwed = count == 0 }
        reserved += count
        return count
    }

    func giveBack(_ count: Int) {
        reserved -= count
        onWork.call()
    }

    /// What was called does not say what it did: what a loop makes of that.
    static func isUnknown(_ error: DomainError) -> Bool { error == .ambiguous }
    static func isDefect(_ error: DomainError) -> Bool { error != .ambiguous && error != .unavailable }
}
