/// Makes live jobs of dead letters: sends dead jobs back, and reads dead records anew.
///
/// Bounded by a number of letters and by time: what is left is for the next call. Calls at the same moment replay each
/// letter once, and a call that broke off may simply be made again.
public struct ReplayDeadLetters: Sendable {
    /// As many letters as one transaction takes. Few enough that a batch of jobs which go back one by one ends soon.
    private static let batch = 100

    private let deadLetters: any DeadLetterRepository
    private let sendBack: SendBackDeadJobs
    private let replayRecords: ReplayDeadRecords
    private let budget: Duration

    /// Makes the use case.
    ///
    /// - Parameters:
    ///   - ingestOwner: to whom jobs belong whose record names nobody and was kept without an owner.
    ///   - budget: no batch begins after this time.
    public init(
        deadLetters: any DeadLetterRepository, jobs: any JobRepository, archive: any JobArchive,
        dispatcher: any JobDispatcher, decoder: any RecordDecoder, catalogue: HandlerCatalogue,
        ingestOwner: @escaping @Sendable () async throws(DomainError) -> UserID, budget: Duration = .seconds(10)
    ) {
        self.deadLetters = deadLetters
        self.sendBack = SendBackDeadJobs(
            deadLetters: deadLetters, jobs: jobs, archive: archive, dispatcher: dispatcher, catalogue: catalogue)
        self.replayRecords = ReplayDeadRecords(
            deadLetters: deadLetters, readRecord: ReadRecord(decoder: decoder, catalogue: catalogue),
            dispatcher: dispatcher, ingestOwner: ingestOwner)
        self.budget = budget
    }

    /// Replays letters that the caller may touch, oldest first; what dies meanwhile is not among them.
    ///
    /// Jobs start in this order at `request.rate`; but for those that go back one by one (`Job.isSentBackAlone`) and
    /// for archived ones, which are found by id alone: those start at once.
    ///
    /// - Throws: `DomainError.forbidden`. When a store fails in the middle, what was replayed stays so.
    public func callAsFunction(
        _ request: ReplayRequest, by caller: Caller
    ) async throws(DomainError) -> ReplayReport {
        try caller.require(.jobsWrite)
        let deadline = ContinuousClock.now + budget
        let now = try await deadLetters.now()
        guard var filter = request.filter.seen(by: caller) else { return ReplayReport(filter: request.filter) }
        filter.diedBefore = filter.diedBefore ?? now + .microseconds(1)
        var run = ReplayRun(request, filter, now: now, by: caller)
        var position = request.after
        repeat {
            let limit = min(Self.batch, request.limit - run.report.matched)
            let page = try await deadLetters.candidates(filter, after: position, limit: limit)
            try await replay(page.items, &run)
            position = page.next
        } while position != nil && run.report.matched < request.limit && ContinuousClock.now < deadline
        run.report.next = position
        if position == nil { try await sendBack.archived(&run) }
        run.report.nextStartAt = request.rate == nil ? nil : run.nextStart
        return run.report
    }

    /// Records first and jobs after them, each in order: which of both started before the other tells nothing.
    private func replay(_ letters: [ReplayCandidate], _ run: inout ReplayRun) async throws(DomainError) {
        run.seen.formUnion(letters.map(\.position.id))
        let records = letters.compactMap { if case .record(let record) = $0 { record } else { nil } }
        if !records.isEmpty { try await replayRecords(records, &run) }
        try await sendBack(letters, &run)
    }
}

/// One replay on its way.
struct ReplayRun {
    let request: ReplayRequest
    let filter: DeadLetterFilter
    /// The store's time at its beginning.
    let now: Timestamp
    /// Who asks for it.
    let caller: Caller
    var report: ReplayReport
    /// The letters that were among the candidates.
    var seen: Set<UniqueID> = []
    private var started = 0

    init(_ request: ReplayRequest, _ filter: DeadLetterFilter, now: Timestamp, by caller: Caller) {
        self.request = request
        self.filter = filter
        self.now = now
        self.caller = caller
        report = ReplayReport(filter: filter)
    }

    var nextStart: Timestamp {
        let first = max(request.startsAt ?? now, now)
        guard let rate = request.rate else { return first }
        return first + .microseconds(Int64(started) * 1_000_000 / Int64(rate))
    }

    /// When the next job shall start; nil for at once. Each call is another job's turn.
    mutating func takeStart() -> Timestamp? {
        let start = nextStart
        started += 1
        return start > now ? start : nil
    }
}
