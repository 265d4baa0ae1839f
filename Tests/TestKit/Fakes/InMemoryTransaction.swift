public import MillraceDomain
import Synchronization

extension InMemoryStore: JobTransactions {
    public func begin() -> any JobTransaction { InMemoryTransaction(self) }
}

/// Writes that wait in memory until their job is finished together with them.
public final class InMemoryTransaction: JobTransaction {
    private enum State {
        case open([[(id: UserID, profile: UserProfile)]])
        case ended
    }

    private let store: InMemoryStore
    private let state = Mutex(State.open([]))

    init(_ store: InMemoryStore) {
        self.store = store
    }

    public func upsert(_ users: [(id: UserID, profile: UserProfile)]) async throws(DomainError) -> UpsertCounts {
        guard !users.isEmpty else { return UpsertCounts() }
        return try state.withLock { (state) throws(DomainError) in
            guard case .open(let pending) = state else { throw .unavailable }
            let counts = try store.transact { stored, now in
                // On a copy: nobody else sees it yet.
                var copy = stored
                for users in pending { _ = copy.upsert(users, now) }
                return copy.upsert(users, now)
            }
            state = .open(pending + [users])
            return counts
        }
    }

    public func commit(_ completion: JobCompletion, of claimed: ClaimedJob) async throws(DomainError) -> FinishOutcome?
    {
        let pending = end()
        guard let pending else { throw .unavailable }
        guard !pending.isEmpty else { return nil }
        return try store.transact { stored, now in
            let outcome = stored.finish(completion, now)
            guard outcome != .stale else { return .stale }
            var changed = 0
            for users in pending {
                let counts = stored.upsert(users, now)
                changed += counts.created + counts.updated
            }
            if changed > 0 {
                let note = AuditNote(.user(claimed.job.ownerID, token: nil))
                stored.record(.usersImport, .init(.job, claimed.job.id), note, now)
            }
            return outcome
        }
    }

    /// Makes the writes stay without any job: for tests of handlers by themselves.
    public func keep() async {
        let pending = end() ?? []
        // An outage of the store makes nothing stay.
        try? store.transact { stored, now in
            for users in pending { _ = stored.upsert(users, now) }
        }
    }

    public func rollBack() async {
        close()
    }

    public func close() {
        _ = end()
    }

    private func end() -> [[(id: UserID, profile: UserProfile)]]? {
        state.withLock { state in
            defer { state = .ended }
            if case .open(let pending) = state { return pending }
            return nil
        }
    }
}
