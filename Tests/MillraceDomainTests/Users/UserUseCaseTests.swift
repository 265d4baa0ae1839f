import MillraceDomain
import TestKit
import Testing

struct UserUseCaseTests {
    private let world = World()
    private var users: InMemoryStore { world.memory }

    @Test func `an admin creates users, nobody else`() async throws {
        let create = CreateUser(users: users, ids: world.ids)
        let user = try await create(.sample(), by: world.caller(.admin))
        #expect(try await users.find(user.id) == user)
        await #expect(throws: DomainError.forbidden(.usersWrite)) {
            try await create(.sample(), by: world.caller(.usersRead))
        }
        await #expect(throws: DomainError.forbidden(.admin)) {
            try await create(.sample(), by: world.caller(.usersWrite))
        }
        await #expect(throws: DomainError.conflict(.emailTaken)) {
            try await create(.sample(), by: world.caller(.admin))
        }
    }

    @Test func `a user is found by itself and by admins; for others it does not exist`() async throws {
        let find = FindUser(users: users)
        let (user, caller) = try await world.user("ada@example.org", .usersRead)
        #expect(try await find(user.id, by: caller) == user)
        #expect(try await find(user.id, by: world.caller(.admin)) == user)
        await #expect(throws: DomainError.notFound(.user)) { try await find(user.id, by: world.caller(.usersRead)) }
        await #expect(throws: DomainError.notFound(.user)) {
            try await find(world.ids.next(), by: world.caller(.admin))
        }
        await #expect(throws: DomainError.forbidden(.usersRead)) {
            try await find(user.id, by: Caller(userID: user.id, scopes: [.usersWrite]))
        }
    }

    @Test func `an admin lists all users, anybody else itself`() async throws {
        let list = ListUsers(users: users)
        let (ada, caller) = try await world.user("ada@example.org", .usersRead)
        let (bob, _) = try await world.user("bob@example.org")
        let page = try PageRequest()
        #expect(try await Set(list(email: nil, page: page, by: world.caller(.admin)).items) == [ada, bob])
        #expect(try await list(email: nil, page: page, by: caller).items == [ada])
        #expect(try await list(email: bob.email, page: page, by: caller).items == [])
        await #expect(throws: DomainError.forbidden(.usersRead)) {
            try await list(email: nil, page: page, by: world.caller(.jobsRead))
        }
    }

    @Test func `a user changes itself, under the version it has seen`() async throws {
        let update = UpdateUser(users: users)
        let (user, caller) = try await world.user("ada@example.org", .usersWrite)
        _ = try await world.user("bob@example.org")
        let changed = try await update(user.id, profile: .sample(name: "B"), version: user.updatedAt, by: caller)
        #expect(changed.name.text == "B")
        await #expect(throws: DomainError.stale) {
            try await update(user.id, profile: .sample(name: "C"), version: user.updatedAt, by: caller)
        }
        await #expect(throws: DomainError.conflict(.emailTaken)) {
            try await update(user.id, profile: .sample("bob@example.org"), version: nil, by: caller)
        }
        await #expect(throws: DomainError.notFound(.user)) {
            try await update(user.id, profile: .sample(), version: nil, by: world.caller(.usersWrite))
        }
        await #expect(throws: DomainError.forbidden(.usersWrite)) {
            try await update(user.id, profile: .sample(), version: nil, by: world.caller(.usersRead))
        }
    }

    @Test func `a user is deleted by itself or an admin, not while it has live jobs`() async throws {
        let delete = DeleteUser(users: users)
        let (user, caller) = try await world.user("ada@example.org", .usersWrite)
        let job = try await world.store.submit(user.id)
        await #expect(throws: DomainError.conflict(.hasLiveJobs)) { try await delete(user.id, by: caller) }
        _ = try await users.cancel(job.id, owner: nil)
        await #expect(throws: DomainError.notFound(.user)) { try await delete(user.id, by: world.caller(.usersWrite)) }
        await #expect(throws: DomainError.forbidden(.usersWrite)) { try await delete(user.id, by: world.caller()) }
        try await delete(user.id, by: caller)
        await #expect(throws: DomainError.notFound(.user)) { try await delete(user.id, by: world.caller(.admin)) }
    }

    @Test func `a user is made sure of once, on many nodes at once too`() async throws {
        let ensure = EnsureUser(users: users, ids: world.ids)
        let ensured = try await withThrowingTaskGroup(of: UserID.self) { group in
            for _ in 0..<8 { group.addTask { try await ensure(.sample()).id } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ensured.count == 1)
        let again = try await ensure(.sample("ADA@example.org", name: "Other"))
        #expect(again.name.text == "Ada")
    }

    @Test func `an outage of the store is told as it is`() async throws {
        users.setOutage(.unavailable)
        await #expect(throws: DomainError.unavailable) {
            try await CreateUser(users: users, ids: world.ids)(.sample(), by: world.caller(.admin))
        }
    }
}
