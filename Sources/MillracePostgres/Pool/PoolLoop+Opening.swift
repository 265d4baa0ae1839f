extension PoolLoop {
    /// Opens what is missing and closes what is old, idle or worn out.
    func maintain(_ now: ContinuousClock.Instant) {
        evict(now)
        guard sessions.count < wanted, backoff.allows(now), !isResolving else { return }
        // While the server does not answer, one attempt at a time is enough.
        guard backoff.lastError == nil || !sessions.contains(where: { !$0.isReady }) else { return }
        let names = parameters.namesToResolve
        guard !names.isEmpty else { return open([:], now) }
        isResolving = true
        do {
            // Names are looked up anew for every connection: after a failover they point elsewhere.
            try OwnThread.start { [inbox] in
                let outcome = Result { () throws(PostgresError) in try HostResolver.addresses(of: names) }
                // A client that was shut down meanwhile needs no addresses.
                _ = inbox.post(.resolved(outcome))
            }
        } catch {
            resolved(.failure(error), now)
        }
    }

    func resolved(_ outcome: Result<[String: [String]], PostgresError>, _ now: ContinuousClock.Instant) {
        isResolving = false
        switch outcome {
        case .success(let addresses): open(addresses, now)
        case .failure(let error): backoff.failed(error, now: now)
        }
    }

    private func open(_ addresses: [String: [String]], _ now: ContinuousClock.Instant) {
        let parameters = parameters.resolved(addresses).rotated(by: backoff.failures)
        let count = backoff.lastError == nil ? max(0, wanted - sessions.count) : min(1, max(0, wanted - sessions.count))
        for _ in 0..<count {
            do {
                let lifetime = pool.maxLifetime * Double.random(in: 0.9...1.1)
                sessions.append(try Session(id: nextNumber(), parameters: parameters, lifetime: lifetime))
            } catch {
                backoff.failed(error, now: now)
                return
            }
        }
    }

    private func evict(_ now: ContinuousClock.Instant) {
        var spare = sessions.count { $0.isReady } - max(pool.min, sessions.count - pool.max)
        for session in sessions.reversed() where session.isReady && session.lease == nil {
            if session.retiresAt <= now { session.isRetiring = true }
            guard session.slots.isEmpty else { continue }
            let isIdleTooLong = spare > 0 && session.idleSince + pool.idleTimeout <= now
            if session.isRetiring || isIdleTooLong || sessions.count > pool.max {
                spare -= 1
                close(session, because: PostgresError(.closed, "Idle, old or replaced."), now)
            }
        }
    }
}
