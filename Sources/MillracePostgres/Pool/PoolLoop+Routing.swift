import DequeModule

extension PoolLoop {
    /// More than this in flight on every shared connection asks for another one.
    private static let growAt = 16
    /// One connection takes this many statements at a time.
    private static let mostInFlight = 128
    /// More connections than this bring nothing to single statements.
    private static let sharedLimit = 4

    /// Gives waiting transactions and statements to connections.
    func assign(_ now: ContinuousClock.Instant) {
        while !leaseQueue.isEmpty, let session = sessionToLease() {
            grant(leaseQueue.removeFirst(), session, now)
        }
        reserve()
        while let item = waiting.first, let session = sessionToShare() {
            waiting.removeFirst()
            guard item.continuation != nil else { continue }
            send(item, on: session, now)
        }
    }

    /// How many connections there should be.
    var wanted: Int {
        guard shutdownAt == nil else { return 0 }
        var shared = 0
        var leastBusy = Int.max
        for session in sessions where session.isShared {
            shared += 1
            leastBusy = min(leastBusy, session.inFlightCount)
        }
        if !waiting.isEmpty && shared == 0 { shared = 1 }
        if shared > 0, shared < Self.sharedLimit, leastBusy != .max, leastBusy >= Self.growAt { shared += 1 }
        let retiring = sessions.count { $0.isRetiring && $0.lease == nil }
        let needed = leases.count + leaseQueue.count + shared
        return min(pool.max, max(pool.min, needed) + retiring)
    }

    func send(_ item: InFlight, on session: Session, _ now: ContinuousClock.Instant) {
        do {
            try session.send(item, now: now)
        } catch {
            // Without a deadline it never went out.
            if item.deadline == nil {
                if item.request.lease == nil {
                    waiting.prepend(item)
                } else {
                    item.finish(.failure(error))
                }
            }
            close(session, because: error, now)
        }
    }

    private func sessionToShare() -> Session? {
        var best: Session?
        for session in sessions where session.isShared {
            guard let candidate = best else {
                best = session
                continue
            }
            if session.inFlightCount < candidate.inFlightCount { best = session }
        }
        guard let best, best.inFlightCount < Self.mostInFlight else { return nil }
        return best
    }

    /// The youngest idle connection, so that the older ones stay with the single statements.
    private func sessionToLease() -> Session? {
        guard leases.count < max(1, pool.max - 1) else { return nil }
        return sessions.last { $0.isIdle && !$0.isRetiring }
    }

    /// When the pool cannot grow, keeps single statements off as many connections as transactions wait for.
    private func reserve() {
        let mayGrow = sessions.count < pool.max && backoff.lastError == nil
        var left = mayGrow ? 0 : min(leaseQueue.count, max(1, pool.max - 1) - leases.count)
        for (index, session) in sessions.enumerated().reversed() where session.lease == nil {
            // The first connection stays shared unless it is the only one.
            let mayLeave = index > 0 || sessions.count == 1
            session.isReserved = left > 0 && mayLeave && session.isReady && !session.isRetiring
            if session.isReserved { left -= 1 }
        }
    }
}
