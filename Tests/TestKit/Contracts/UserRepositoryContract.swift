import MillraceDomain
import Testing

/// What holds of every `UserRepository`.
public enum UserRepositoryContract {
    /// All that holds.
    public static let clauses: [Clause<StoreUnderTest>] = reading + changing + deleting

    private static let reading: [Clause<StoreUnderTest>] = [
        Clause("a created user is found by its id and its address, with the store's time on it") { store in
            let now = store.clock.now()
            let profile = UserProfile.sample("jörg.o'neil+tag@exämple.org", name: "Jörg 😀 “O'Neil”")
            let id: UserID = store.ids.next()
            let user = try await store.users.create(id: id, profile: profile)
            #expect(user == User(id: id, email: profile.email, name: profile.name, createdAt: now, updatedAt: now))
            #expect(try await store.users.find(id) == user)
            #expect(try await store.users.find(email: profile.email) == user)
        },
        Clause("an unknown id and an unknown address find nothing") { store in
            _ = try await store.makeUser()
            #expect(try await store.users.find(store.ids.next()) == nil)
            #expect(try await store.users.find(email: EmailAddress("nobody@example.org")) == nil)
        },
        Clause("an address is kept as spelt and found in any case") { store in
            let user = try await store.makeUser("Ada.Lovelace@Example.ORG")
            #expect(user.email.text == "Ada.Lovelace@Example.ORG")
            #expect(try await store.users.find(email: EmailAddress("ada.LOVELACE@example.org")) == user)
        },
        Clause("an address is taken in any case, and the refused user leaves no trace") { store in
            _ = try await store.makeUser("ada@example.org")
            let id: UserID = store.ids.next()
            await #expect(throws: DomainError.conflict(.emailTaken)) {
                try await store.users.create(id: id, profile: .sample("ADA@example.org"))
            }
            #expect(try await store.users.find(id) == nil)
        },
        Clause("of many who want one address at once, one gets it") { store in
            let created = await countSuccesses(of: 8) {
                _ = try await store.makeUser("ada@example.org")
            }
            #expect(created == 1)
        },
        Clause("a list is newest first and its pages have no gaps and no doubles, also at equal times") { store in
            var users: [User] = []
            for number in 0..<7 {
                if number % 3 == 0 { store.clock.advance(by: .microseconds(1)) }
                users.append(try await store.makeUser("user\(number)@example.org"))
            }
            let expected = users.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            for limit in [1, 2, 3, 7, 500] {
                let listed = try await allPages(limit: limit) { page in
                    try await store.users.list(onlyID: nil, email: nil, page: page)
                }
                #expect(listed == expected, "with pages of \(limit)")
            }
        },
        Clause("a list can be restricted to one id and to one address in any case") { store in
            let ada = try await store.makeUser("ada@example.org")
            let bob = try await store.makeUser("bob@example.org")
            let page = try PageRequest()
            let email = try EmailAddress("BOB@example.org")
            #expect(try await store.users.list(onlyID: ada.id, email: nil, page: page).items == [ada])
            #expect(try await store.users.list(onlyID: nil, email: email, page: page).items == [bob])
            #expect(try await store.users.list(onlyID: ada.id, email: email, page: page).items == [])
        },
    ]

    private static let changing: [Clause<StoreUnderTest>] = [
        Clause("an update replaces the profile and nothing else") { store in
            let user = try await store.makeUser()
            let now = store.clock.advance(by: .seconds(1))
            let profile = UserProfile.sample("new@example.org", name: "New")
            let updated = try await store.users.update(user.id, profile: profile, version: nil)
            #expect(
                updated
                    == User(
                        id: user.id, email: profile.email, name: profile.name, createdAt: user.createdAt,
                        updatedAt: now))
            #expect(try await store.users.find(user.id) == updated)
        },
        Clause("the time of an update strictly increases, though the clock stands still or steps back") { store in
            let user = try await store.makeUser()
            let second = try await store.users.update(user.id, profile: .sample(name: "B"), version: nil)
            store.clock.advance(by: .seconds(-60))
            let third = try await store.users.update(user.id, profile: .sample(name: "C"), version: nil)
            #expect(user.updatedAt < second.updatedAt)
            #expect(second.updatedAt < third.updatedAt)
        },
        Clause("an update under the current version passes, one under an older version changes nothing") { store in
            let user = try await store.makeUser()
            let version = user.updatedAt
            let updated = try await store.users.update(user.id, profile: .sample(name: "B"), version: version)
            await #expect(throws: DomainError.stale) {
                try await store.users.update(user.id, profile: .sample(name: "C"), version: version)
            }
            #expect(try await store.users.find(user.id) == updated)
        },
        Clause("of many updates under one version, one passes") { store in
            let user = try await store.makeUser()
            let passed = await countSuccesses(of: 8) {
                _ = try await store.users.update(user.id, profile: .sample(), version: user.updatedAt)
            }
            #expect(passed == 1)
        },
        Clause("an unknown user is not updated") { store in
            await #expect(throws: DomainError.notFound(.user)) {
                try await store.users.update(store.ids.next(), profile: .sample(), version: nil)
            }
        },
        Clause("an update may not take another's address, but may respell its own") { store in
            _ = try await store.makeUser("ada@example.org")
            let bob = try await store.makeUser("bob@example.org")
            await #expect(throws: DomainError.conflict(.emailTaken)) {
                try await store.users.update(bob.id, profile: .sample("Ada@Example.org"), version: nil)
            }
            #expect(try await store.users.find(bob.id) == bob)
            let updated = try await store.users.update(bob.id, profile: .sample("BOB@example.org"), version: nil)
            #expect(updated.email.text == "BOB@example.org")
        },
    ]
}
