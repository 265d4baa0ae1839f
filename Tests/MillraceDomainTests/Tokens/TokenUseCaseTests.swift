import TestKit
import Testing

@testable import MillraceDomain

struct TokenUseCaseTests {
    private let world = World()
    private var store: InMemoryStore { world.memory }

    private func request(_ scopes: Scope...) throws -> TokenRequest {
        try TokenRequest(name: UserName("laptop"), scopes: Set(scopes), expiresAt: nil)
    }

    @Test func `a created token authenticates its user with its scopes`() async throws {
        let (user, caller) = try await world.user("ada@example.org", .usersWrite, .jobsRead)
        let made = try await CreateToken(tokens: store, ids: world.ids)(request(.jobsRead), for: user.id, by: caller)
        #expect(made.token.userID == user.id && made.token.scopes == [.jobsRead])
        let bearer = try await Authenticate(tokens: store)(made.secret)
        #expect(bearer == Caller(userID: user.id, scopes: [.jobsRead], tokenID: made.token.id))
    }

    @Test func `nobody gives away more than they have`() async throws {
        let create = CreateToken(tokens: store, ids: world.ids)
        let (user, caller) = try await world.user("ada@example.org", .usersWrite)
        await #expect(throws: DomainError.forbidden(.admin)) {
            try await create(request(.admin, .usersWrite), for: user.id, by: caller)
        }
        await #expect(throws: DomainError.forbidden(.jobsRead)) {
            try await create(request(.jobsRead), for: user.id, by: caller)
        }
        await #expect(throws: DomainError.forbidden(.usersWrite)) {
            try await create(request(.jobsRead), for: user.id, by: world.caller(.jobsRead))
        }
        await #expect(throws: DomainError.notFound(.user)) {
            try await create(request(.usersWrite), for: user.id, by: world.caller(.usersWrite))
        }
        await #expect(throws: DomainError.notFound(.user)) {
            try await create(request(.jobsRead), for: world.ids.next(), by: world.caller(.admin))
        }
        #expect(try await store.list(userID: user.id) == [])
    }

    @Test func `a token needs a scope`() {
        #expect(throws: FieldError("/scopes", .missing, "must name at least one scope")) { try request() }
    }

    @Test func `an unknown, a revoked and an expired token are refused alike`() async throws {
        let authenticate = Authenticate(tokens: store)
        let (user, caller) = try await world.user("ada@example.org", .admin)
        let expiring = try TokenRequest(
            name: UserName("short"), scopes: [.admin], expiresAt: world.clock.now() + .seconds(1))
        let create = CreateToken(tokens: store, ids: world.ids)
        let (_, expired) = try await create(expiring, for: user.id, by: caller)
        let (token, revoked) = try await create(request(.admin), for: user.id, by: caller)
        try await RevokeToken(tokens: store)(token.id, of: user.id, by: caller)
        world.clock.advance(by: .seconds(1))
        for secret in [TokenSecret.random(), expired, revoked] {
            await #expect(throws: DomainError.unauthenticated) { try await authenticate(secret) }
        }
    }

    @Test func `tokens are listed for their user and admins`() async throws {
        let list = ListTokens(users: store, tokens: store)
        let (user, caller) = try await world.user("ada@example.org", .usersRead, .usersWrite)
        let (token, _) = try await CreateToken(tokens: store, ids: world.ids)(
            request(.usersRead), for: user.id, by: caller)
        #expect(try await list(of: user.id, by: caller) == [token])
        #expect(try await list(of: user.id, by: world.caller(.admin)) == [token])
        await #expect(throws: DomainError.notFound(.user)) { try await list(of: user.id, by: world.caller(.usersRead)) }
        await #expect(throws: DomainError.notFound(.user)) {
            try await list(of: world.ids.next(), by: world.caller(.admin))
        }
        await #expect(throws: DomainError.forbidden(.usersRead)) { try await list(of: user.id, by: world.caller()) }
    }

    @Test func `a token is revoked by its user and admins`() async throws {
        let revoke = RevokeToken(tokens: store)
        let (user, caller) = try await world.user("ada@example.org", .usersWrite)
        let (token, _) = try await CreateToken(tokens: store, ids: world.ids)(
            request(.usersWrite), for: user.id, by: caller)
        await #expect(throws: DomainError.notFound(.token)) {
            try await revoke(token.id, of: user.id, by: world.caller(.usersWrite))
        }
        await #expect(throws: DomainError.forbidden(.usersWrite)) {
            try await revoke(token.id, of: user.id, by: world.caller(.usersRead))
        }
        try await revoke(token.id, of: user.id, by: world.caller(.admin))
        await #expect(throws: DomainError.notFound(.token)) { try await revoke(token.id, of: user.id, by: caller) }
    }

    @Test func `the bootstrap token makes its admin once, and repeating it changes nothing`() async throws {
        let install = InstallBootstrapToken(users: store, tokens: store, ids: world.ids)
        let secret = try #require(TokenSecret(bearer: String(repeating: "s", count: 32)))
        for _ in 0..<2 { try await install(secret, profile: .sample()) }
        let caller = try await Authenticate(tokens: store)(secret)
        #expect(caller.isAdmin)
        #expect(try await store.list(userID: caller.userID).count == 1)
    }

    @Test func `a short bootstrap token is refused`() async throws {
        let install = InstallBootstrapToken(users: store, tokens: store, ids: world.ids)
        let secret = try #require(TokenSecret(bearer: String(repeating: "s", count: 31)))
        let fault = FieldError("BOOTSTRAP_TOKEN", .outOfRange, "must have at least 32 characters")
        await #expect(throws: DomainError.invalid([fault])) { try await install(secret, profile: .sample()) }
    }
}

struct TokenSecretTests {
    @Test func `a secret is mr_, 43 characters of base64url and a checksum, and no two are alike`() {
        let texts = (0..<1000).map { _ in TokenSecret.random().text }
        #expect(texts.allSatisfy { $0.wholeMatch(of: /mr_[A-Za-z0-9_-]{43}_[0-9A-Za-z]{6}/) != nil })
        #expect(Set(texts).count == 1000)
    }

    @Test func `every position but the last takes every letter, the last only those that 256 bits reach`() {
        var seen = Array(repeating: Set<UInt8>(), count: 43)
        for _ in 0..<3000 {
            for (index, byte) in TokenSecret.random().text.utf8.dropFirst(3).prefix(43).enumerated() {
                seen[index].insert(byte)
            }
        }
        #expect(seen.dropLast().allSatisfy { $0.count == 64 })
        #expect(seen.last?.count == 16)
    }

    @Test func `the checksum is CRC-32 in base 62`() throws {
        // The check value of the catalogue of parametrised CRC algorithms: 0xCBF43926.
        #expect(TokenChecksum.crc32("123456789".utf8) == 0xCBF4_3926)
        #expect(TokenChecksum.of("123456789".utf8) == Array("3jZRME".utf8))
        #expect(TokenChecksum.of("".utf8) == Array("000000".utf8))
        let known = try #require(TokenSecret(bearer: "mr_kJ2l0v9yR4mXc7bQ1tZ8nS5wE3uA6oD0fG2hI4jK7pL_2jEZIk"))
        #expect(!known.isMistyped)
    }

    @Test func `every token with one wrong character is mistyped`() throws {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let right = TokenSecret.random()
        #expect(!right.isMistyped)
        let characters = Array(right.text.utf8)
        // Of the prefix and of the line before the checksum another character makes a token of another form.
        for place in Array(3..<46) + Array(47..<53) {
            for other in alphabet where other != characters[place] {
                var wrong = characters
                wrong[place] = other
                #expect(try #require(TokenSecret(bearer: String(decoding: wrong, as: UTF8.self))).isMistyped)
            }
            guard place + 1 != 46, place + 1 < 53, characters[place] != characters[place + 1] else { continue }
            var swapped = characters
            swapped.swapAt(place, place + 1)
            #expect(try #require(TokenSecret(bearer: String(decoding: swapped, as: UTF8.self))).isMistyped)
        }
    }

    @Test(arguments: [
        // As tokens were made before there was a checksum, and as people make bootstrap tokens.
        "mr_kJ2l0v9yR4mXc7bQ1tZ8nS5wE3uA6oD0fG2hI4jK7pL", "mr_0123456789abcdef0123456789abcdef",
        "mr_0123456789abcdef0123456789abcdef0123456789abcdef", String(repeating: "s", count: 53),
        "mr_" + String(repeating: "x", count: 49), "mr_" + String(repeating: "x", count: 50),
        "Mr_" + String(repeating: "x", count: 43) + "_000000",
    ])
    func `a token without a checksum is as it is`(_ text: String) throws {
        #expect(try #require(TokenSecret(bearer: text)).isMistyped == false)
    }

    @Test func `a mistyped token is refused without asking the store`() async throws {
        let store = InMemoryStore(clock: ManualClock())
        let right = TokenSecret.random()
        let wrong = try #require(TokenSecret(bearer: right.text.dropLast() + (right.text.last == "0" ? "1" : "0")))
        store.setOutage(.unavailable)
        let authenticate = Authenticate(tokens: store)
        await #expect(throws: DomainError.unauthenticated) { try await authenticate(wrong) }
        await #expect(throws: DomainError.unavailable) { try await authenticate(right) }
    }

    @Test func `the digest is SHA-256 of the text`() throws {
        let secret = try #require(TokenSecret(bearer: "abc"))
        let hex = secret.digest.bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }
        // FIPS 180-2, appendix B.1.
        #expect(hex.joined() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test(arguments: ["a", "mr_x", "~!#$%&'()*+,-./:;<=>?@[]^_`{|}\"\\", String(repeating: "x", count: 512)])
    func `visible ASCII may be a token`(_ text: String) {
        #expect(TokenSecret(bearer: text)?.text == text)
    }

    @Test(arguments: ["", " ", "a b", "é", "a\0", "a\n", "\u{7F}", String(repeating: "x", count: 513)])
    func `nothing else can be a token`(_ text: String) {
        #expect(TokenSecret(bearer: text) == nil)
    }
}

struct CallerTests {
    @Test func `an admin has every scope and sees every owner`() throws {
        let world = World()
        let admin = world.caller(.admin)
        for scope in Scope.allCases { try admin.require(scope) }
        #expect(admin.ownerFilter == nil && admin.mayTouch(world.ids.next()))
    }

    @Test(arguments: Scope.allCases.filter { $0 != .admin })
    func `anybody else has the scopes of the token and sees their own`(_ scope: Scope) throws {
        let world = World()
        let caller = world.caller(scope)
        for other in Scope.allCases where other != scope {
            #expect(throws: DomainError.forbidden(other)) { try caller.require(other) }
        }
        try caller.require(scope)
        #expect(caller.ownerFilter == caller.userID)
        #expect(caller.mayTouch(caller.userID) && !caller.mayTouch(world.ids.next()))
    }
}
