import MillraceDomain

/// The loops of one run of a worker and what they share.
struct WorkerParts: Sendable {
    let held: HeldJobs
    let outcomes = OutcomeBuffer()
    let claiming: ClaimLoop
    let sweeping: SweepLoop
    let running: JobRunner
    let quarantine: Quarantine
    let finishing: FinishLoop
    let renewing: RenewLoop
    let watching: LeaseWatch
    let reporting: ProgressLoop
    let intake: Intake?

    init(_ dependencies: WorkerDependencies, _ settings: WorkerSettings) {
        let (leases, catalogue, logger) = (dependencies.leases, dependencies.catalogue, dependencies.logger)
        let terms = LeaseTerms(consumer: settings.consumerName, duration: settings.lease)
        let (claimWake, levelWake) = (Wake(), Wake())
        let held = HeldJobs(settings: settings, onFreeSlot: claimWake)
        let hints = HintBuffer(bound: settings.hintBound, onArrival: claimWake, onLevel: levelWake)
        self.held = held
        claiming = ClaimLoop(
            hints: hints, held: held, claim: ClaimJobs(leases: leases, terms: terms), wake: claimWake, logger: logger)
        sweeping = SweepLoop(
            held: held, sweep: SweepDueJobs(leases: leases, terms: terms), hints: hints,
            copier: dependencies.deadLetters, settings: settings, metrics: SweepMetrics(), logger: logger)
        let quarantine = Quarantine(held: held, count: dependencies.quarantine, logger: logger)
        self.quarantine = quarantine
        let (runMetrics, finishMetrics) = (RunMetrics(), FinishMetrics())
        running = JobRunner(
            held: held,
            runJob: RunJob(
                catalogue: catalogue, handlers: dependencies.handlers, transactions: dependencies.transactions),
            outcomes: outcomes, hints: hints, quarantine: quarantine, metrics: runMetrics, finishMetrics: finishMetrics)
        finishing = FinishLoop(
            outcomes: outcomes, held: held, finish: FinishJobs(leases: leases, catalogue: catalogue),
            hints: hints, copier: dependencies.deadLetters, metrics: finishMetrics, logger: logger)
        renewing = RenewLoop(
            held: held, renew: RenewLeases(leases: leases, terms: terms), settings: settings, logger: logger)
        watching = LeaseWatch(held: held, settings: settings, logger: logger)
        reporting = ProgressLoop(held: held, leases: leases, settings: settings, logger: logger)
        intake = Intake(dependencies, settings, hints: hints, levelWake: levelWake)
    }
}

/// The loops that turn records into rows.
struct Intake: Sendable {
    let source: any RecordSource
    let reading: SourceReader
    let gate: IngestGate
    let ingesting: IngestLoop
    let noting: PositionNotes

    /// Nil for a worker without a record source.
    init?(_ dependencies: WorkerDependencies, _ settings: WorkerSettings, hints: HintBuffer, levelWake: Wake) {
        guard let source = dependencies.source else { return nil }
        let queue = EventQueue()
        self.source = source
        reading = SourceReader(source: source, queue: queue, logger: dependencies.logger)
        gate = IngestGate(source: source, hints: hints, highWater: settings.highWater, wake: levelWake)
        noting = PositionNotes(repository: dependencies.ingest, source: source, logger: dependencies.logger)
        ingesting = IngestLoop(
            source: source, queue: queue, repository: dependencies.ingest,
            ingest: IngestRecords(
                repository: dependencies.ingest, decoder: dependencies.decoder, catalogue: dependencies.catalogue,
                ingestOwner: dependencies.ingestOwner),
            copier: dependencies.deadLetters, hints: hints, gate: gate, notes: noting, metrics: IngestMetrics(),
            logger: dependencies.logger)
    }
}
