import MillraceDomain
import Testing

/// What holds of every `AuditLog` and of the ports that write into it.
public enum AuditLogContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = keeping + listing

    private static let keeping: [Clause<StoreUnderTest>] = [
        Clause("every change leaves one entry with who made it, in which request, when and to what") { store in
            let (user, token): (UserID, TokenID) = (store.ids.next(), store.ids.next())
            let note = AuditNote(.user(user, token: token), requestID: "r-1")
            let start = store.clock.now()
            let changes = try await changeEverything(store, as: note)
            let entries = try await entries(store) { $0.actor = .id(token.uniqueID) }
            #expect(entries.map { Change($0.action, $0.subject) } == changes.reversed())
            #expect(entries.allSatisfy { $0.requestID == "r-1" && $0.result == "ok" && $0.actor == note.actor })
            #expect(entries.map(\.at) == (0..<changes.count).reversed().map { start + .seconds($0) })
        },
        Clause("what changes nothing leaves no entry") { store in
            let ada = try await store.makeUser()
            let token = try await store.tokens.create(
                id: store.ids.next(), userID: ada.id, request: request, digest: digest)
            let running = try await store.job(in: .running, of: ada.id)
            _ = try await store.jobs.cancel(running.id, owner: nil)
            try await store.queues.setPaused(true, queue: .default)
            let before = try await entries(store).count
            _ = try await store.tokens.create(id: store.ids.next(), userID: ada.id, request: request, digest: digest)
            _ = try await store.jobs.cancel(running.id, owner: nil)
            try await store.queues.setPaused(true, queue: .default)
            for other in [QueueName(stored: "other")] { try await store.queues.setPaused(false, queue: other) }
            _ = try await store.deadLetters.sendBack([JobReturn(id: running.id, generation: 0)])
            await #expect(throws: DomainError.stale) {
                try await store.users.update(ada.id, profile: .sample(), version: ada.updatedAt - .seconds(1))
            }
            await #expect(throws: DomainError.conflict(.hasLiveJobs)) { try await store.users.delete(ada.id) }
            await #expect(throws: DomainError.conflict(.emailTaken)) {
                try await store.users.create(id: store.ids.next(), profile: .sample())
            }
            await #expect(throws: DomainError.notFound(.token)) {
                try await store.tokens.revoke(token.id, userID: store.ids.next())
            }
            await #expect(throws: DomainError.conflict(.notTerminal)) {
                _ = try await store.jobs.retry(running.id, owner: nil, evenSucceeded: true)
            }
            #expect(try await entries(store).count == before)
        },
        Clause("of a change by nobody in particular it is said that the system made it") { store in
            let user = try await store.makeUser()
            let entry = try #require(try await entries(store).first)
            #expect(entry.actor == .process("system") && entry.requestID == nil)
            #expect(entry.action == .userCreate && entry.subject == AuditSubject(.user, user.id))
        },
        Clause("a part of something larger bears the name of the whole") { store in
            let ada = try await store.makeUser()
            let dead = try await store.job(in: .dead, of: ada.id)
            store.clock.advance(by: .seconds(1))
            let jobs = store.jobs.audited(AuditNote(.process("test"), as: .deadLetterReplay))
            _ = try await jobs.retry(dead.id, owner: nil, evenSucceeded: false)
            #expect(try await entries(store).first?.action == .deadLetterReplay)
        },
        Clause("what is changed outside of any store is written down as it is said") { store in
            let note = AuditNote(.process("system"))
            let subject = AuditSubject(.configuration, "0123456789abcdef")
            try await store.audit.write(.configurationLoad, subject, note: note)
            let entry = try #require(try await entries(store).first)
            #expect(entry.actor == note.actor && entry.action == .configurationLoad && entry.subject == subject)
            #expect(entry.at == store.clock.now() && entry.result == "ok" && entry.requestID == nil)
        },
        Clause("an import of users is one entry of its job, in the name of the job's owner") { store in
            let ada = try await store.makeUser()
            let claimed = try await store.claim(try await store.submit(ada.id))
            store.clock.advance(by: .seconds(1))
            let transaction = store.transactions.begin()
            _ = try await transaction.upsert([
                (store.ids.next(), .sample("b@example.org")), (store.ids.next(), .sample("c@example.org")),
            ])
            _ = try await transaction.commit(.success(of: claimed, result: nil), of: claimed)
            let entry = try #require(try await entries(store).first)
            #expect(entry.action == .usersImport && entry.subject == AuditSubject(.job, claimed.job.id))
            #expect(entry.actor == .user(ada.id, token: nil))
        },
    ]

    private static let listing: [Clause<StoreUnderTest>] = [
        Clause("entries are listed newest first, page by page, each once") { store in
            for number in 0..<7 {
                if number % 3 == 0 { store.clock.advance(by: .seconds(1)) }
                _ = try await store.makeUser("user-\(number)@example.org")
            }
            let all = try await entries(store)
            #expect(all.count == 7 && all.map(\.at) == all.map(\.at).sorted(by: >))
            var (paged, after): ([AuditEntry], PagePosition?) = ([], nil)
            repeat {
                let page = try await store.audit.list(AuditFilter(), page: PageRequest(limit: 2, after: after))
                paged += page.items
                after = page.next
            } while after != nil
            #expect(paged == all)
        },
        Clause("each filter keeps what it names and nothing else") { store in
            let (ada, token): (UserID, TokenID) = (store.ids.next(), store.ids.next())
            let users = store.users.audited(AuditNote(.user(ada, token: token)))
            let first = try await users.create(id: store.ids.next(), profile: .sample())
            store.clock.advance(by: .seconds(60))
            try await store.queues.audited(AuditNote(.process("test"))).setPaused(true, queue: .default)
            let (user, queue) = (AuditSubject(.user, first.id), AuditSubject(.queue, "default"))
            let noon = store.clock.now()
            let expected: [(AuditSubject?, (inout AuditFilter) -> Void)] = [
                (user, { $0.actor = .id(ada.uniqueID) }), (user, { $0.actor = .id(token.uniqueID) }),
                (queue, { $0.actor = .process("test") }), (nil, { $0.actor = .process("nobody") }),
                (nil, { $0.actor = .id(first.id.uniqueID) }),
                (queue, { $0.action = .queuePause }), (nil, { $0.action = .queueResume }),
                (user, { $0.subjectType = "user" }), (nil, { $0.subjectType = "job" }),
                (user, { $0.subjectID = "\(first.id)" }), (queue, { $0.subjectID = "default" }),
                (queue, { $0.since = noon }), (user, { $0.until = noon }),
                (nil, { $0.since = noon + .microseconds(1) }),
            ]
            for (index, (subject, change)) in expected.enumerated() {
                #expect(try await entries(store, change).map(\.subject) == [subject].compactMap(\.self), "\(index)")
            }
        },
    ]

    /// What one entry must say.
    private struct Change: Hashable {
        let action: AuditAction
        let subject: AuditSubject

        init(_ action: AuditAction, _ subject: AuditSubject) {
            (self.action, self.subject) = (action, subject)
        }
    }

    private static let digest = TokenDigest(bytes: Array(repeating: 7, count: 32))
    private static var request: TokenRequest {
        get throws { try TokenRequest(name: UserName("token"), scopes: [.jobsRead], expiresAt: nil) }
    }

    private static func entries(
        _ store: StoreUnderTest, _ change: (inout AuditFilter) -> Void = { _ in }
    ) async throws -> [AuditEntry] {
        var filter = AuditFilter()
        change(&filter)
        return try await store.audit.list(filter, page: PageRequest(limit: 500)).items
    }

    /// Makes one change of each sort, a second apart, the first at the clock's beginning.
    private static func changeEverything(_ store: StoreUnderTest, as note: AuditNote) async throws -> [Change] {
        let users = store.users.audited(note)
        var changes: [Change] = []
        func did(_ action: AuditAction, _ subject: AuditSubject) {
            changes.append(Change(action, subject))
            store.clock.advance(by: .seconds(1))
        }
        let ada = try await users.create(id: store.ids.next(), profile: .sample())
        did(.userCreate, .init(.user, ada.id))
        _ = try await users.update(ada.id, profile: .sample(name: "B"), version: nil)
        did(.userUpdate, .init(.user, ada.id))
        _ = try await store.quotas.audited(note).set(Quota(liveJobs: 1000), of: ada.id)
        did(.userQuota, .init(.user, ada.id))
        let tokens = store.tokens.audited(note)
        let token = try await tokens.create(id: store.ids.next(), userID: ada.id, request: request, digest: digest)
        did(.tokenCreate, .init(.token, token.id))
        try await tokens.revoke(token.id, userID: ada.id)
        did(.tokenRevoke, .init(.token, token.id))
        try await store.queues.audited(note).setPaused(true, queue: .default)
        did(.queuePause, .init(.queue, "default"))
        try await store.queues.audited(note).setPaused(false, queue: .default)
        did(.queueResume, .init(.queue, "default"))
        let jobs = store.jobs.audited(note)
        let job = try await store.submit(ada.id)
        _ = try await jobs.cancel(job.id, owner: nil)
        did(.jobCancel, .init(.job, job.id))
        _ = try await jobs.retry(job.id, owner: nil, evenSucceeded: false)
        did(.jobRetry, .init(.job, job.id))
        _ = try await store.claim(try await store.job(job.id))
        _ = try await jobs.cancel(job.id, owner: nil)
        did(.jobCancel, .init(.job, job.id))
        let dead = try await store.job(in: .dead, of: ada.id)
        _ = try await store.deadLetters.audited(note).sendBack([JobReturn(id: dead.id, generation: 0)])
        did(.deadLetterReplay, .init(.job, dead.id))
        _ = try await store.erasures.audited(note).begin(store.ids.next(), user: ada.id)
        did(.userErase, .init(.user, ada.id))
        let bob = try await users.create(id: store.ids.next(), profile: .sample("bob@example.org"))
        did(.userCreate, .init(.user, bob.id))
        try await users.delete(bob.id)
        did(.userDelete, .init(.user, bob.id))
        return changes
    }
}
