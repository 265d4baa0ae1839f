public import MillraceDomain

extension InMemoryStore: QueueRepository {
    public func list() async throws(DomainError) -> [QueueStatus] {
        try transact { state, _ in
            let live = state.jobs.values.map(\.job).filter { !$0.state.isTerminal }
            let byQueue = Dictionary(grouping: live, by: \.submission.queue)
            let names = state.pausedQueues.union(byQueue.keys)
            return names.sorted { $0.text < $1.text }.map { name in
                Self.status(of: name, isPaused: state.pausedQueues.contains(name), byQueue[name] ?? [])
            }
        }
    }

    public func setPaused(_ isPaused: Bool, queue: QueueName) async throws(DomainError) {
        try transact { state, now in
            guard !isPaused else {
                let isNew = state.pausedQueues.insert(queue).inserted
                if isNew { state.record(.queuePause, .init(.queue, queue.text), note, now) }
                return
            }
            guard state.pausedQueues.remove(queue) != nil else { return }
            state.record(.queueResume, .init(.queue, queue.text), note, now)
            state.releaseParked(queue, now)
        }
    }

    private static func status(of name: QueueName, isPaused: Bool, _ jobs: [Job]) -> QueueStatus {
        QueueStatus(
            name: name, isPaused: isPaused, depth: Dictionary(grouping: jobs, by: \.state).mapValues(\.count),
            oldestQueuedAt: jobs.filter { $0.state == .queued }.map(\.createdAt).min()?.wholeSecond)
    }
}

extension InMemoryStore.State {
    /// Makes the jobs due that sweeps have parked while the queue was paused.
    fileprivate mutating func releaseParked(_ queue: QueueName, _ now: Timestamp) {
        for (id, stored) in jobs where stored.isParked && stored.job.submission.queue == queue {
            jobs[id]?.isParked = false
            jobs[id]?.dueAt = now
        }
    }
}

extension Timestamp {
    /// The second in which it lies.
    var wholeSecond: Timestamp {
        let fraction = microseconds % 1_000_000
        return Timestamp(microseconds: microseconds - (fraction < 0 ? fraction + 1_000_000 : fraction))
    }
}
