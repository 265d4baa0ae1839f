public import MillraceDomain

extension InMemoryStore: HousekeepingLease {
    public func hold(as holder: String, for duration: Duration) async throws(DomainError) -> Bool {
        try transact { state, now in
            if let held = state.housekeeper, held.name != holder, held.until > now { return false }
            state.housekeeper = (holder, now + duration)
            return true
        }
    }

    public func release(as holder: String) async throws(DomainError) {
        try transact { state, _ in
            if state.housekeeper?.name == holder { state.housekeeper = nil }
        }
    }
}

extension InMemoryStore: QueueCounters {
    public func census() async throws(DomainError) -> QueueCensus {
        let queues = try await list()
        return try transact { _, now in QueueCensus(at: now, queues: queues) }
    }

    /// Nothing is ever pending here.
    public func fold() async throws(DomainError) -> Int { 0 }

    /// Nothing is ever wrong here.
    public func reconcile() async throws(DomainError) -> Int { 0 }
}
