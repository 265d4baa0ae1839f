public import MillraceDomain

extension InMemoryStore: FinishedJobs {
    public func ended(
        _ group: EndedGroup, age: Duration, after: EndedPosition?, limit: Int
    ) async throws(DomainError) -> [ArchivedJob] {
        try transact { state, now in
            let due = state.jobs.values.filter { stored in
                group.states.contains(stored.job.state) && stored.job.finishedAt.map { $0 <= now - age } ?? false
            }
            let places = due.map { (place: ($0.job.finishedAt ?? now, $0.job.id), stored: $0) }
                .filter { entry in after.map { ($0.finishedAt, $0.id) < entry.place } ?? true }
                .sorted { $0.place < $1.place }
            return places.prefix(limit).map { ArchivedJob(job: $0.stored.job, attempts: $0.stored.attempts) }
        }
    }

    public func remove(_ jobs: [EndedVersion]) async throws(DomainError) -> [JobID] {
        try transact { state, _ in
            var erased: [JobID] = []
            for version in jobs {
                guard let stored = state.jobs[version.id] else {
                    let isErased = state.erasures.values.contains { $0.userID == version.ownerID }
                    if isErased { erased.append(version.id) }
                    continue
                }
                guard stored.job.state.isTerminal, stored.job.generation == version.generation else { continue }
                state.jobs[version.id] = nil
                if stored.hasOwnID { state.archivedIDs.insert(version.id) }
            }
            return erased
        }
    }

    public func backlog(_ times: HotTimes) async throws(DomainError) -> ArchiveBacklog {
        try transact { state, now in
            let late = state.jobs.values.map(\.job).compactMap { job -> Duration? in
                guard let finishedAt = job.finishedAt else { return nil }
                let waiting = now - finishedAt - times[job.state == .dead ? .dead : .others]
                return waiting > .zero ? waiting : nil
            }
            return ArchiveBacklog(jobs: late.count, oldest: late.max())
        }
    }
}
