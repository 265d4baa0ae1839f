public import MillraceDomain

extension InMemoryStore: DeadLetterRepository {
    public func list(
        _ filter: DeadLetterFilter, page: PageRequest
    ) async throws(DomainError) -> Page<DeadLetter> {
        try transact { state, _ in page.page(of: state.letters.filter(filter.passes), at: \.position) }
    }

    public func find(_ id: UniqueID, owner: UserID?) async throws(DomainError) -> DeadLetter? {
        var filter = DeadLetterFilter()
        filter.owner = owner
        filter.ids = [id]
        return try transact { state, _ in state.letters.first(where: filter.passes) }
    }

    public func now() async throws(DomainError) -> Timestamp {
        try transact { _, now in now }
    }

    public func candidates(
        _ filter: DeadLetterFilter, after position: PagePosition?, limit: Int
    ) async throws(DomainError) -> Page<ReplayCandidate> {
        try transact { state, _ in
            let all = state.letters.filter(filter.passes).map(ReplayCandidate.init)
                .filter { letter in position.map { letter.position.follows($0) == false } ?? true }
                .filter { $0.position != position }
                .sorted { $0.position.follows($1.position) }
            let shown = Array(all.prefix(limit))
            return Page(items: shown, next: all.count > limit ? shown.last?.position : nil)
        }
    }

    public func sendBack(_ jobs: [JobReturn]) async throws(DomainError) -> [ReturnedJob] {
        try transact { state, now in
            let returned = jobs.compactMap { state.sendBack($0, now) }
            for job in returned { state.record(.deadLetterReplay, .init(.job, job.id), note, now) }
            return returned
        }
    }

    public func replay(_ records: [RecordReplay]) async throws(DomainError) -> [RecordReplayOutcome] {
        try transact { state, now in
            var refused: [UniqueID: DeadReason] = [:]
            return records.map { record in
                let outcome = state.replay(record, &refused, now)
                switch outcome {
                case .accepted, .duplicate:
                    state.record(.deadLetterReplay, .init(.deadRecord, record.id), note, now)
                case .refused, .gone: break
                }
                return outcome
            }
        }
    }
}

extension InMemoryStore.State {
    fileprivate var letters: [DeadLetter] {
        jobs.values.map(\.job).filter { $0.state == .dead }.map { .job($0) } + deadRecords.map { .record($0) }
    }

    fileprivate mutating func sendBack(_ back: JobReturn, _ now: Timestamp) -> ReturnedJob? {
        guard var stored = jobs[back.id], stored.job.state == .dead, stored.job.generation == back.generation,
            users[stored.job.ownerID] != nil, !stored.job.isSentBackAlone,
            let transition = stored.standing.transition(on: .retriedByOperator)
        else { return nil }
        stored.apply(transition, at: now)
        if let expiresAt = stored.job.submission.expiresAt, expiresAt <= now { stored.job.submission.expiresAt = nil }
        stored.dueAt = now + InMemoryStore.sweepGrace
        if let startsAt = back.startsAt, startsAt > now {
            stored.job.state = .scheduled
            stored.job.submission.runAt = startsAt
            stored.dueAt = startsAt
        }
        jobs[back.id] = stored
        return ReturnedJob(id: back.id, queue: stored.job.submission.queue, state: stored.job.state)
    }

    fileprivate mutating func replay(
        _ replay: RecordReplay, _ refused: inout [UniqueID: DeadReason], _ now: Timestamp
    ) -> RecordReplayOutcome {
        guard deadRecords.contains(where: { $0.id == replay.id }) else { return .gone }
        if let reason = refused[replay.entry.identity] { return .refused(reason) }
        var receipt = IngestReceipt()
        if let reason = ingest(replay.entry, now, &receipt) {
            refused[replay.entry.identity] = reason
            return .refused(reason)
        }
        deadRecords.removeAll { $0.id == replay.id }
        deadRecordOwners[replay.id] = nil
        guard receipt.accepted == 1, let job = jobs[replay.entry.job.id]?.job else { return .duplicate }
        return .accepted(job)
    }
}

extension ReplayCandidate {
    fileprivate init(_ letter: DeadLetter) {
        switch letter {
        case .record(let record): self = .record(record)
        case .job(let job):
            self = .job(
                job.id, generation: job.generation, diedAt: job.finishedAt ?? job.createdAt,
                isSentBackAlone: job.isSentBackAlone)
        }
    }
}
