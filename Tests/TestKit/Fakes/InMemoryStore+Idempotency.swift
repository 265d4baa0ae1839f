public import MillraceDomain

/// A reply that is kept.
struct StoredReply {
    let digest: [UInt8]
    let reply: KeptReply
    let keptAt: Timestamp
}

extension InMemoryStore: IdempotencyRecords {
    public func find(_ request: IdempotentRequest) async throws(DomainError) -> KeptReply? {
        try transact { (state, now) throws(DomainError) in try state.reply(to: request, now) }
    }

    public func submit(
        _ jobs: [NewJob], isAtomic: Bool, keeping: ReplyKeeping<[SubmitOutcome]>
    ) async throws(DomainError) -> RepeatableAnswer<[SubmitOutcome]> {
        try transact { (state, now) throws(DomainError) in
            if let reply = try state.reply(to: keeping.request, now) { return .repeated(reply) }
            let before = state
            let outcomes = state.submit(jobs, isAtomic: isAtomic, now)
            if let reply = keeping.reply(outcomes) {
                state.keep(reply, of: keeping.request, now)
            } else {
                state = before
            }
            return .done(outcomes)
        }
    }

    public func create(
        id: UserID, profile: UserProfile, keeping: ReplyKeeping<User>
    ) async throws(DomainError) -> RepeatableAnswer<User> {
        try transact { (state, now) throws(DomainError) in
            if let reply = try state.reply(to: keeping.request, now) { return .repeated(reply) }
            try state.requireFree(profile.email, except: id)
            let user = state.insert(id, profile, now)
            state.record(.userCreate, .init(.user, id), note, now)
            if let reply = keeping.reply(user) { state.keep(reply, of: keeping.request, now) }
            return .done(user)
        }
    }
}

extension InMemoryStore.State {
    fileprivate func reply(to request: IdempotentRequest, _ now: Timestamp) throws(DomainError) -> KeptReply? {
        guard let kept = replies[request.name], kept.keptAt > now - .seconds(86_400) else { return nil }
        guard kept.digest == request.digest else { throw .idempotencyMismatch }
        return kept.reply
    }

    fileprivate mutating func keep(_ reply: KeptReply, of request: IdempotentRequest, _ now: Timestamp) {
        replies[request.name] = StoredReply(digest: request.digest, reply: reply, keptAt: now)
    }
}
