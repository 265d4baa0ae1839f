import MillraceDomain
import Testing

/// What holds of every store that keeps replies with what they are about.
public enum IdempotencyContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = submitting + creating

    static let submitting: [Clause<StoreUnderTest>] = [
        Clause("a request that comes again gets the reply that was kept, and does nothing") { store in
            let owner = try await store.makeUser().id
            for count in [1, 3] {
                let request = IdempotentRequest.sample(owner, key: "\(count)")
                let new = (0..<count).map { _ in store.newJob(owner) }
                #expect(try await store.submit(new, request) == .done)
                store.clock.advance(by: .seconds(3600))
                let others = (0..<count).map { _ in store.newJob(owner) }
                #expect(try await store.submit(others, request) == .repeated(.sample(new.map(\.id))))
                #expect(try await store.jobs.states(of: others.map(\.id)).isEmpty)
                #expect(try await store.jobs.states(of: new.map(\.id)).count == count)
                #expect(try await store.idempotency.find(request) == .sample(new.map(\.id)))
            }
        },
        Clause("the same name with another content is refused") { store in
            let owner = try await store.makeUser().id
            let request = IdempotentRequest.sample(owner)
            #expect(try await store.submit([store.newJob(owner)], request) == .done)
            for other in [IdempotentRequest.sample(owner, body: "2"), .sample(owner, variant: "atomic=true")] {
                for count in [1, 2] {
                    let new = (0..<count).map { _ in store.newJob(owner) }
                    await #expect(throws: DomainError.idempotencyMismatch) { try await store.submit(new, other) }
                    #expect(try await store.jobs.states(of: new.map(\.id)).isEmpty)
                }
                await #expect(throws: DomainError.idempotencyMismatch) { try await store.idempotency.find(other) }
            }
        },
        Clause("owner, route and key tell requests apart") { store in
            let (ada, bob) = (try await store.makeUser().id, try await store.makeUser("bob@example.org").id)
            for request in [
                IdempotentRequest.sample(ada), .sample(bob), .sample(ada, key: "k "), .sample(ada, key: "K"),
                .sample(ada, route: "POST /b"),
            ] {
                #expect(try await store.idempotency.find(request) == nil)
                #expect(try await store.submit([store.newJob(ada)], request) == .done)
            }
        },
        Clause("a reply is kept for a day, not longer") { store in
            let owner = try await store.makeUser().id
            let request = IdempotentRequest.sample(owner)
            let new = [store.newJob(owner)]
            #expect(try await store.submit(new, request) == .done)
            store.clock.advance(by: .seconds(86_400) - .microseconds(1))
            #expect(try await store.submit([store.newJob(owner)], request) == .repeated(.sample(new.map(\.id))))
            store.clock.advance(by: .microseconds(1))
            #expect(try await store.idempotency.find(request) == nil)
            #expect(try await store.submit([store.newJob(owner)], request) == .done)
        },
        Clause("where nothing is done nothing is kept, and where nothing shall be kept nothing is done") { store in
            let owner = try await store.makeUser().id
            let request = IdempotentRequest.sample(owner)
            for new in [[store.newJob(store.ids.next())], [store.newJob(owner), store.newJob(store.ids.next())]] {
                let keeping = ReplyKeeping<[SubmitOutcome]>(request) { _ in nil }
                let answer = try await store.jobs.submit(new, isAtomic: new.count > 1, keeping: keeping)
                guard case .done(let outcomes) = answer else { throw UnexpectedOutcome("repeated") }
                #expect(outcomes.last == .unknownOwner)
                #expect(try await store.jobs.states(of: new.map(\.id)).isEmpty)
            }
            #expect(try await store.idempotency.find(request) == nil)
            #expect(try await store.submit([store.newJob(owner)], request) == .done)
        },
        Clause("of many that send the same request at once one is served, the others get its reply or are told") {
            store in
            let owner = try await store.makeUser().id
            let request = IdempotentRequest.sample(owner)
            let outcomes = await withTaskGroup(of: Served?.self) { group in
                for index in 0..<16 {
                    group.addTask {
                        let new = (0..<(index % 4 == 0 ? 2 : 1)).map { _ in store.newJob(owner) }
                        do { return try await store.submit(new, request) } catch {
                            return (error as? DomainError) == DomainError.conflict(.idempotencyInFlight)
                                ? .inFlight : nil
                        }
                    }
                }
                return await group.reduce(into: [Served?]()) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .done } == 1)
            #expect(!outcomes.contains(nil))
            let kept = try #require(try await store.idempotency.find(request))
            #expect(outcomes.allSatisfy { $0 == .done || $0 == .inFlight || $0 == .repeated(kept) })
        },
        Clause("different requests at once are all served") { store in
            let owner = try await store.makeUser().id
            let served = try await withThrowingTaskGroup(of: Served.self) { group in
                for index in 0..<64 {
                    group.addTask {
                        try await store.submit([store.newJob(owner)], .sample(owner, key: "\(index)"))
                    }
                }
                return try await group.reduce(into: [Served]()) { $0.append($1) }
            }
            #expect(served.count { $0 == .done } == 64)
        },
    ]

    static let creating: [Clause<StoreUnderTest>] = [
        Clause("a user is made once, however often it is asked for") { store in
            let owner = try await store.makeUser().id
            let request = IdempotentRequest.sample(owner)
            let keeping = ReplyKeeping<User>(request) { .sample([JobID($0.id.uniqueID)]) }
            let profile = UserProfile.sample("new@example.org")
            let id: UserID = store.ids.next()
            guard case .done(let user) = try await store.users.create(id: id, profile: profile, keeping: keeping)
            else { throw UnexpectedOutcome("repeated") }
            #expect(try await store.users.find(id) == user)
            let other: UserID = store.ids.next()
            guard
                case .repeated(let reply) = try await store.users.create(id: other, profile: profile, keeping: keeping)
            else { throw UnexpectedOutcome("done twice") }
            #expect(reply == .sample([JobID(id.uniqueID)]))
            #expect(try await store.users.find(other) == nil)
        },
        Clause("a user that is refused leaves nothing behind") { store in
            let owner = try await store.makeUser().id
            let keeping = ReplyKeeping<User>(.sample(owner)) { _ in .sample([]) }
            await #expect(throws: DomainError.conflict(.emailTaken)) {
                _ = try await store.users.create(id: store.ids.next(), profile: .sample(), keeping: keeping)
            }
            #expect(try await store.idempotency.find(.sample(owner)) == nil)
        },
        Clause("an erased user's replies and unique keys go, some at a time; others' stay") { store in
            let (ada, bob) = (try await store.makeUser().id, try await store.makeUser("bob@example.org").id)
            for owner in [ada, bob] {
                for index in 0..<3 {
                    let new = store.newJob(owner) { $0.unique = .init(key: "\(index)", scope: .forever) }
                    _ = try await store.submit([new], .sample(owner, key: "\(index)"))
                }
            }
            for expected in [2, 1, 0] {
                #expect(try await store.erasures.removeKeys(of: ada, limit: 2) == (expected, expected))
            }
            #expect(try await store.idempotency.find(.sample(ada, key: "0")) == nil)
            #expect(try await store.idempotency.find(.sample(bob, key: "0")) != nil)
        },
    ]
}

/// What became of a request.
enum Served: Equatable {
    case done, inFlight
    case repeated(KeptReply)
}

extension StoreUnderTest {
    /// Submits jobs for a request; the reply names them.
    fileprivate func submit(_ new: [NewJob], _ request: IdempotentRequest) async throws -> Served {
        let ids = new.map(\.id)
        let keeping = ReplyKeeping<[SubmitOutcome]>(request) { _ in .sample(ids) }
        switch try await jobs.submit(new, isAtomic: false, keeping: keeping) {
        case .repeated(let reply): return .repeated(reply)
        case .done(let outcomes):
            let accepted = outcomes.allSatisfy { if case .accepted = $0 { true } else { false } }
            guard accepted else { throw UnexpectedOutcome("\(outcomes)") }
            return .done
        }
    }
}

extension IdempotentRequest {
    fileprivate static func sample(
        _ owner: UserID, route: String = "POST /a", key: String = "k", variant: String = "", body: String = "1"
    ) -> IdempotentRequest {
        guard let key = try? IdempotencyKey(key) else { preconditionFailure("a sample's key can be read") }
        return IdempotentRequest(ownerID: owner, route: route, key: key, variant: variant, body: body.utf8)
    }
}

extension KeptReply {
    fileprivate static func sample(_ ids: [JobID]) -> KeptReply {
        KeptReply(
            status: 202, headers: ids.map { Header(name: "Location", value: "/jobs/\($0)") },
            body: Array("{\"é\":\(ids.count)}".utf8) + [0])
    }
}
