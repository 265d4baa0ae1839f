public import MillraceDomain

extension InMemoryStore: UserRepository {
    public func create(id: UserID, profile: UserProfile) async throws(DomainError) -> User {
        try transact { (state, now) throws(DomainError) in
            try state.requireFree(profile.email, except: id)
            state.record(.userCreate, .init(.user, id), note, now)
            return state.insert(id, profile, now)
        }
    }

    public func find(_ id: UserID) async throws(DomainError) -> User? {
        try transact { state, _ in state.users[id] }
    }

    public func find(email: EmailAddress) async throws(DomainError) -> User? {
        try transact { state, _ in state.user(with: email) }
    }

    public func list(
        onlyID: UserID?, email: EmailAddress?, page: PageRequest
    ) async throws(DomainError) -> Page<User> {
        try transact { state, _ in
            let users = state.users.values.filter { user in
                (onlyID ?? user.id) == user.id && email?.isSame(as: user.email) ?? true
            }
            return page.page(of: users) { PagePosition(createdAt: $0.createdAt, id: $0.id.uniqueID) }
        }
    }

    public func update(
        _ id: UserID, profile: UserProfile, version: Timestamp?
    ) async throws(DomainError) -> User {
        try transact { (state, now) throws(DomainError) in
            guard let user = state.users[id] else { throw .notFound(.user) }
            guard version == nil || version == user.updatedAt else { throw .stale }
            try state.requireFree(profile.email, except: id)
            state.record(.userUpdate, .init(.user, id), note, now)
            return state.change(user, profile, now)
        }
    }

    public func delete(_ id: UserID) async throws(DomainError) {
        try transact { (state, now) throws(DomainError) in
            guard state.users[id] != nil else { throw .notFound(.user) }
            let hasLiveJobs = state.jobs.values.contains { $0.job.ownerID == id && !$0.job.state.isTerminal }
            guard !hasLiveJobs else { throw .conflict(.hasLiveJobs) }
            state.removeUser(id)
            state.record(.userDelete, .init(.user, id), note, now)
        }
    }
}

extension InMemoryStore.State {
    /// Removes a user with its tokens and endpoints.
    mutating func removeUser(_ id: UserID) {
        users[id] = nil
        tokens = tokens.filter { $0.value.token.userID != id }
        endpoints = endpoints.filter { $0.value.endpoint.ownerID != id }
    }

    /// Creates the new, renames the changed, leaves the rest.
    mutating func upsert(_ users: [(id: UserID, profile: UserProfile)], _ now: Timestamp) -> UpsertCounts {
        var counts = UpsertCounts()
        for (id, profile) in users {
            guard let user = user(with: profile.email) else {
                _ = insert(id, profile, now)
                counts.created += 1
                continue
            }
            guard user.name != profile.name else {
                counts.unchanged += 1
                continue
            }
            _ = change(user, UserProfile(email: user.email, name: profile.name), now)
            counts.updated += 1
        }
        return counts
    }

    fileprivate func user(with email: EmailAddress) -> User? {
        users.values.first { $0.email.isSame(as: email) }
    }

    func requireFree(_ email: EmailAddress, except id: UserID) throws(DomainError) {
        guard let other = user(with: email), other.id != id else { return }
        throw .conflict(.emailTaken)
    }

    mutating func insert(_ id: UserID, _ profile: UserProfile, _ now: Timestamp) -> User {
        let user = User(id: id, email: profile.email, name: profile.name, createdAt: now, updatedAt: now)
        users[id] = user
        return user
    }

    fileprivate mutating func change(_ user: User, _ profile: UserProfile, _ now: Timestamp) -> User {
        let changed = User(
            id: user.id, email: profile.email, name: profile.name, createdAt: user.createdAt,
            updatedAt: max(now, user.updatedAt + .microseconds(1)))
        users[user.id] = changed
        return changed
    }
}

extension EmailAddress {
    fileprivate func isSame(as other: EmailAddress) -> Bool {
        text.lowercased() == other.text.lowercased()
    }
}
