import HTTPTypes
import MillraceDomain
import TestKit
import Testing

@testable import MillraceAPI

@Suite(.timeLimit(.minutes(1)))
struct RateLimitTests {
    private let path = "/api/v1/jobs"

    /// A token that is nobody's.
    private func guess(_ api: TestAPI) async throws -> Reply {
        let secret = TokenSecret.random().text
        return try await api.call(.get, path, headers: [.authorization: "Bearer \(secret)"])
    }

    /// A limit whose clock stands still.
    private func standing(burst: Int) -> FailureLimit {
        let clock = StandingClock()
        return FailureLimit(RateLimiter(Rate(perSecond: 1, burst: burst), now: { clock.now }))
    }

    @Test func `a token may be used so often, and is told how it stands`() async throws {
        let api = TestAPI { $0.rates.tokens = Rate(perSecond: 2, burst: 3) }
        let (ada, bob) = (try await api.bearer(), try await api.bearer("bob"))
        for left in [2, 1, 0] {
            let reply = try await api.call(.get, path, as: ada)
            #expect(reply.status == 200)
            #expect(reply.headers[.rateLimitPolicy] == #""token";q=3;w=2"#)
            #expect(reply.headers[.rateLimit] == #""token";r=\#(left);t=\#(left == 2 ? 1 : left == 1 ? 1 : 2)"#)
        }
        let refused = try await api.call(.post, path, as: ada, #"{"kind":"mail"}"#)
        #expect(refused.status == 429)
        #expect(refused.headers[.retryAfter] == "1")
        #expect(refused.headers[.rateLimitPolicy] == #""token";q=3;w=2"#)
        #expect(refused.headers[.rateLimit] == #""token";r=0;t=2"#)
        #expect(
            refused.body == """
                {"type":"/problems/rate_limited","title":"Too many requests","status":429,\
                "detail":"This token is used too often.","instance":"/api/v1/jobs","code":"rate_limited",\
                "request_id":"test"}
                """)
        #expect(try await api.call(.get, path, as: bob).status == 200)
        let other = try await api.token(for: ada.user, TestAPI.ordinary)
        #expect(try await api.call(.get, path, as: other).status == 200)
        api.moment.advance(by: .milliseconds(500))
        #expect(try await api.call(.get, path, as: ada).status == 200)
        #expect(try await api.call(.get, path, as: ada).status == 429)
    }

    @Test func `what is open is not limited, and without a limit nothing is told`() async throws {
        let api = TestAPI { $0.rates.tokens = Rate(perSecond: 1, burst: 1) }
        for _ in 0..<20 {
            let reply = try await api.call(.get, "/livez")
            #expect(reply.status == 200)
            #expect(reply.headers[.rateLimit] == nil)
        }
        let free = TestAPI()
        let reply = try await free.call(.get, path, as: try await free.bearer())
        #expect(reply.status == 200)
        #expect(reply.headers[.rateLimit] == nil)
    }

    @Test func `a flood of wrong tokens is refused without a look-up, tokens that have worked go on`() async throws {
        let api = TestAPI { $0.rates.failures = Rate(perSecond: 1, burst: 5) }
        let (ada, bob) = (try await api.bearer(), try await api.bearer("bob"))
        #expect(try await api.call(.get, path, as: ada).status == 200)
        for _ in 0..<5 { #expect(try await guess(api).status == 401) }
        for _ in 0..<20 {
            let reply = try await guess(api)
            #expect(reply.status == 429)
            #expect(reply.headers[.retryAfter] == "1")
            #expect(reply.headers[.rateLimitPolicy] == #""failed-authentication";q=5;w=5"#)
        }
        #expect(try await api.call(.get, path, as: ada).status == 200)
        // Nobody can tell a new one from a wrong one without asking.
        #expect(try await api.call(.get, path, as: bob).status == 429)
        // What is no token at all costs nothing, and counts for nothing.
        #expect(try await api.call(.get, path).status == 401)
        api.moment.advance(by: .seconds(1))
        #expect(try await api.call(.get, path, as: bob).status == 200)
        #expect(try await guess(api).status == 401)
        #expect(try await guess(api).status == 429)
        #expect(try await api.call(.get, path, as: bob).status == 200)
    }

    @Test func `right tokens are never counted, and one that was right is once it is not`() async throws {
        let api = TestAPI { $0.rates.failures = Rate(perSecond: 1, burst: 2) }
        for number in 0..<20 {
            let user = try await api.bearer("user\(number)")
            #expect(try await api.call(.get, path, as: user).status == 200)
        }
        let ada = try await api.bearer()
        #expect(try await api.call(.get, path, as: ada).status == 200)
        let token = try await api.store.list(userID: ada.user.id)[0]
        try await api.store.revoke(token.id, userID: ada.user.id)
        #expect(try await api.call(.get, path, as: ada).status == 401)
        for _ in 0..<2 { #expect(try await api.call(.get, path, as: ada).status == 401) }
        #expect(try await api.call(.get, path, as: ada).status == 429)
    }

    @Test func `each address is counted by itself, as trusted proxies tell it`() async throws {
        let api = TestAPI {
            $0.rates.failures = Rate(perSecond: 1, burst: 2)
            $0.rates.proxies = TrustedProxies(["127.0.0.0/8"])
        }
        let statuses = Recorder<String>()
        try await api.live { port in
            for address in ["192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1"] {
                let connection = try await RawConnection.open(port)
                try await connection.send(
                    """
                    GET /api/v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                    Authorization: Bearer \(TokenSecret.random().text)\r\nX-Forwarded-For: \(address)\r\n\r\n
                    """)
                statuses.record(String(try await connection.readToEnd().dropFirst(9).prefix(3)))
                await connection.close()
            }
        }
        #expect(statuses.elements == ["401", "401", "429", "401", "429"])
    }

    @Test func `wrong tokens that come all at once are no way around`() async throws {
        let limit = standing(burst: 3)
        let (asked, gate) = (Recorder<Bool>(), Recorder<Bool>())
        let attempts = (0..<10).map { number in
            Task {
                try await limit.attempt(
                    TokenDigest(bytes: Array(repeating: UInt8(number), count: 32)), from: ClientAddress("192.0.2.1")
                ) { () async throws(DomainError) in
                    asked.record(true)
                    do { try await gate.wait(forCount: 1, within: .seconds(30)) } catch { throw .failure }
                    throw .unauthenticated
                }
            }
        }
        var limited = 0
        // Those that are refused end by themselves, the others once they may.
        try await asked.wait(forCount: 3)
        gate.record(true)
        for attempt in attempts {
            do {
                _ = try await attempt.value
            } catch let problem as Problem {
                #expect(problem.code == .rateLimited)
                limited += 1
            } catch {
                #expect(error as? DomainError == .unauthenticated)
            }
        }
        #expect(limited == 7)
        #expect(asked.elements.count == 3)
    }

    @Test func `a store that cannot be asked is nobody's failure`() async throws {
        let limit = standing(burst: 1)
        for number in 0..<5 {
            await #expect(throws: DomainError.unavailable) {
                try await limit.attempt(
                    TokenDigest(bytes: [UInt8(number)]), from: nil
                ) { () async throws(DomainError) in throw .unavailable }
            }
        }
    }
}
