public import MillraceDomain

extension InMemoryStore: QuotaRepository {
    public func standing(of user: UserID) async throws(DomainError) -> QuotaStanding {
        try transact { (state, _) throws(DomainError) in try state.standing(of: user) }
    }

    public func set(_ quota: Quota, of user: UserID) async throws(DomainError) -> QuotaStanding {
        try transact { (state, now) throws(DomainError) in
            guard state.users[user] != nil else { throw .notFound(.user) }
            state.quotas[user] = quota
            state.record(.userQuota, .init(.user, user), note, now)
            return try state.standing(of: user)
        }
    }
}

extension InMemoryStore.State {
    fileprivate func standing(of user: UserID) throws(DomainError) -> QuotaStanding {
        guard users[user] != nil else { throw .notFound(.user) }
        return QuotaStanding(usage: usage(of: user), own: quotas[user] ?? Quota())
    }

    /// Why a job is too much for its owner.
    func excess(of new: NewJob) -> QuotaExcess? {
        // Most owners have no quota, and counting takes its time.
        guard let quota = quotas[new.ownerID], !quota.isUnlimited else { return nil }
        return usage(of: new.ownerID).excess(addingPayloadOf: new.submission.payload.bytes.count, to: quota)
    }

    private func usage(of owner: UserID) -> OwnerUsage {
        jobs.values.reduce(OwnerUsage()) { usage, stored in
            guard stored.job.ownerID == owner, !stored.job.state.isTerminal else { return usage }
            return usage.adding(payloadOf: stored.job.submission.payload.bytes.count)
        }
    }
}
