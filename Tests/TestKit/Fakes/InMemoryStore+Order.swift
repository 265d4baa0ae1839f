import MillraceDomain

/// An ordering key as the store keeps it.
struct StoredKey {
    /// The place given last.
    var tail: Int64
    /// The dead job that holds it.
    var holder: JobID?
}

extension InMemoryStore.State {
    /// The next place in a key's order.
    mutating func place(in key: OrderingKey, _ now: Timestamp) -> Int64 {
        let tail = max(keys[key]?.tail ?? .min, now.microseconds - 1) + 1
        keys[key, default: StoredKey(tail: tail)].tail = tail
        return tail
    }

    /// After a job of the key has ended or come: what the store in Postgres does in its transaction.
    ///
    /// - Returns: the job that is ready because of it.
    @discardableResult
    mutating func advance(
        _ key: OrderingKey?, ended id: JobID? = nil, grace: Duration = .zero, _ now: Timestamp
    ) -> Job? {
        guard let key else { return nil }
        if let id, let ended = jobs[id], ended.job.state == .dead, ended.onDead == .hold {
            keys[key, default: StoredKey(tail: now.microseconds)].holder = id
        }
        let live = jobs.values.filter { $0.job.order == key && !$0.job.state.isTerminal }
        guard keys[key]?.holder == nil, live.allSatisfy({ $0.job.state == .blocked }),
            var next = live.min(by: { ($0.place ?? 0, $0.job.id) < ($1.place ?? 0, $1.job.id) })
        else { return nil }
        let runAt = next.job.submission.runAt ?? now
        guard let transition = next.standing.transition(on: .predecessorEnded(startsLater: runAt > now)) else {
            return nil
        }
        next.apply(transition, at: now)
        let dueAt = next.job.state == .scheduled ? runAt : now + grace
        next.dueAt = min(dueAt, next.job.submission.expiresAt ?? dueAt)
        jobs[next.job.id] = next
        return next.job.state == .queued ? next.job : nil
    }
}

extension Job {
    /// Word of it.
    var hint: DispatchHint { DispatchHint(jobID: id, queue: submission.queue) }
}
