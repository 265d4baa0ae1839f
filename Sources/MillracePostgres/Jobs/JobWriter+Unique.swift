import MillraceDomain

extension JobWriter {
    /// What became of jobs, and who holds their keys by now.
    struct Written {
        let outcomes: [SubmitOutcome]
        var holders: [UniqueKey: UniqueHolder] = [:]

        /// What another submission with a key of these is told, where that needs no other look: many that come at
        /// once with one key cost no more than two.
        func answer(to job: NewJob) -> SubmitOutcome? {
            guard let unique = job.submission.unique, unique.onConflict != .replace, !job.hasOwnID,
                let holder = job.uniqueKey.flatMap({ holders[$0] }), holder.id != job.id
            else { return nil }
            return holder.answer(to: unique.onConflict)
        }
    }

    /// Stores the jobs whose keys are free for them, and tells the others who holds theirs.
    ///
    /// - Parameters:
    ///   - jobs: no two with one id or one key.
    ///   - places: the places of those that have an ordering key.
    ///   - claims: what holds the locks of the keys.
    ///   - runner: a transaction, when there is a key.
    func writeClaiming(
        _ jobs: [NewJob], at places: [Int64?], _ claims: inout UniqueClaims, on runner: some StatementRunner
    ) async throws -> Written {
        guard jobs.contains(where: { $0.submission.unique != nil }) else {
            return Written(outcomes: try await writeUnique(jobs, at: places, on: runner))
        }
        let verdicts = try await claims.judge(jobs, on: runner)
        let admitted = jobs.indices.filter { !verdicts[$0].isHeld }
        var stored: [SubmitOutcome] = []
        if !admitted.isEmpty {
            stored = try await writeUnique(admitted.map { jobs[$0] }, at: admitted.map { places[$0] }, on: runner)
        }
        var outcomes = stored.makeIterator()
        let judged = verdicts.map { verdict in
            if case .held(_, let outcome) = verdict { return (verdict, outcome) }
            // One outcome came for each that was admitted.
            return (verdict, outcomes.next() ?? .unknownOwner)
        }
        try await claims.settle(judged, on: runner)
        return Written(outcomes: judged.map(\.1), holders: Self.holders(jobs, judged))
    }

    private static func holders(
        _ jobs: [NewJob], _ judged: [(UniqueVerdict, SubmitOutcome)]
    ) -> [UniqueKey: UniqueHolder] {
        var holders: [UniqueKey: UniqueHolder] = [:]
        for (job, (verdict, outcome)) in zip(jobs, judged) {
            guard let key = job.uniqueKey else { continue }
            switch (verdict, outcome) {
            case (.held(let holder, _), _): holders[key] = holder
            case (.free, .accepted(let new)), (.replacing, .accepted(let new)): holders[key] = .here(new)
            default: continue
            }
        }
        return holders
    }
}

extension UniqueVerdict {
    fileprivate var isHeld: Bool { if case .held = self { true } else { false } }
}

/// The ids and keys of a round, in which each may occur once.
struct SeenSubmissions {
    private var ids: Set<JobID> = []
    private var keys: Set<UniqueKey> = []

    /// Whether neither has occurred; both have, from now on.
    mutating func insert(_ job: NewJob) -> Bool {
        let isNewID = ids.insert(job.id).inserted
        guard let key = job.uniqueKey else { return isNewID }
        return keys.insert(key).inserted && isNewID
    }
}
