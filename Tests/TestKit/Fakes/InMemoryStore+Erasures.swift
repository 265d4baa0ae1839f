public import MillraceDomain

extension InMemoryStore: ErasureRepository {
    public func begin(_ id: ErasureID, user: UserID) async throws(DomainError) -> Erasure {
        try transact { (state, now) throws(DomainError) in
            if let earlier = state.erasures.values.first(where: { $0.userID == user }) { return earlier }
            guard state.users[user] != nil else { throw .notFound(.user) }
            state.removeUser(user)
            let erasure = Erasure(id: id, userID: user, createdAt: now, updatedAt: now)
            state.erasures[id] = erasure
            state.phaseBegan[id] = now
            state.record(.userErase, .init(.user, user), note, now)
            return erasure
        }
    }

    public func find(_ id: ErasureID) async throws(DomainError) -> Erasure? {
        try transact { state, _ in state.erasures[id] }
    }

    public func unfinished() async throws(DomainError) -> (erasure: Erasure, phaseAge: Duration)? {
        try transact { state, now in
            let waiting = state.erasures.values.filter { $0.phase != .done }
            guard let first = waiting.min(by: { ($0.updatedAt, $0.id) < ($1.updatedAt, $1.id) }) else { return nil }
            return (first, now - (state.phaseBegan[first.id] ?? first.createdAt))
        }
    }

    public func erased(within age: Duration) async throws(DomainError) -> [UserID] {
        try transact { state, now in
            state.erasures.values.filter { $0.finishedAt.map { now - age <= $0 } ?? false }.map(\.userID)
        }
    }

    public func removeJobs(
        of user: UserID, limit: Int
    ) async throws(DomainError) -> (removed: Int, left: Int) {
        try transact { state, now in
            let all = state.jobs.values.filter { $0.job.ownerID == user }
            let removable = all.filter { $0.job.state != .running }.prefix(limit)
            for stored in removable { state.jobs[stored.job.id] = nil }
            for stored in all where stored.job.state == .running {
                state.jobs[stored.job.id]?.job.cancelRequestedAt = stored.job.cancelRequestedAt ?? now
            }
            state.keys = state.keys.filter { key, _ in
                key.ownerID != user || state.jobs.values.contains { $0.job.order == key }
            }
            return (removable.count, min(all.count - removable.count, limit))
        }
    }

    public func removeDeadRecords(of user: UserID, limit: Int) async throws(DomainError) -> Int {
        try transact { state, _ in
            let some = Set(state.deadRecordOwners.filter { $0.value == user }.keys.prefix(limit))
            state.deadRecords.removeAll { some.contains($0.id) }
            for id in some { state.deadRecordOwners[id] = nil }
            return some.count
        }
    }

    public func removeKeys(
        of user: UserID, limit: Int
    ) async throws(DomainError) -> (records: Int, claims: Int) {
        try transact { state, _ in
            let replies = state.replies.keys.filter { $0.ownerID == user }.prefix(limit)
            let keys = state.heldKeys.keys.filter { $0.ownerID == user }.prefix(limit)
            for name in replies { state.replies[name] = nil }
            for key in keys { state.heldKeys[key] = nil }
            return (replies.count, keys.count)
        }
    }

    public func save(_ erasure: Erasure) async throws(DomainError) {
        try transact { state, now in
            var saved = erasure
            if state.erasures[erasure.id]?.phase != erasure.phase { state.phaseBegan[erasure.id] = now }
            saved.updatedAt = now
            saved.finishedAt = erasure.phase == .done ? now : nil
            state.erasures[erasure.id] = saved
        }
    }
}
