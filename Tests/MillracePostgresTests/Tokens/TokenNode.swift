import MillraceDomain
import MillracePostgres
import TestKit

/// What a node of the API knows of tokens: a memory, what keeps it true, and connections of its own.
struct TokenNode: Sendable {
    let cache: TokenCache
    let news = Recorder<TokenNews>()
    let events = Recorder<TokenCache.Event>()

    /// Runs a test body with a node that is listening.
    static func with(
        _ settings: PostgresSettings, _ body: (TokenNode) async throws -> Void
    ) async throws {
        let client = try PostgresClient(settings: settings, logger: TestServer.logger)
        let node = TokenNode(PostgresTokenRepository(client: client))
        let listening = Task { try await node.listener(settings).run() }
        let outcome: Result<Void, any Error>
        do {
            try await node.waitUntilTrusted()
            outcome = .success(try await body(node))
        } catch {
            outcome = .failure(error)
        }
        listening.cancel()
        try await listening.value
        try await node.news.wait(within: .seconds(30)) { $0.last == .interrupted }
        await client.close()
        try outcome.get()
    }

    init(_ tokens: any TokenRepository) {
        let events = events
        cache = TokenCache(tokens: tokens, note: { events.record($0) })
    }

    func listener(_ settings: PostgresSettings) throws -> TokenListener {
        let (cache, news) = (cache, news)
        return try TokenListener(
            settings: settings, interval: .milliseconds(100), logger: TestServer.logger, isAwaited: { true },
            hear: {
                cache.hear($0)
                news.record($0)
            })
    }

    /// Returns after a proof that came later than everything heard so far.
    func waitUntilTrusted() async throws {
        let known = news.elements.count
        try await news.wait(within: .seconds(30)) { $0.dropFirst(known).contains(where: \.isProof) }
    }

    /// Asks until the token is refused.
    ///
    /// - Returns: how long that took.
    func refusal(of digest: TokenDigest) async throws -> Duration {
        let start = ContinuousClock.now
        while try await cache.caller(for: digest) != nil {
            guard .now - start < .seconds(20) else { throw NeverHappened(what: "the token is refused") }
            await Task.yield()
        }
        return .now - start
    }
}

extension TokenNews {
    /// Whether it proves that everything was told.
    var isProof: Bool {
        if case .complete = self { true } else { false }
    }
}
