import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import MillraceDynamoDB

@Suite(.timeLimit(.minutes(1))) struct `HTTP transport` {
    @Test func `there are never more connections than may be`() async throws {
        try await withServer({ _ in .answer(200, "{}") }) { server in
            try await with(server, .init(max: 3)) { transport in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<200 { group.addTask { try await post(transport) } }
                    try await group.waitForAll()
                }
                #expect(server.requests.count == 200)
                #expect((1...3).contains(server.connections.peak) && server.connections.total <= 3)
            }
        }
    }

    @Test func `a caller beyond them is refused in time`() async throws {
        let gate = Gate()
        try await withServer({ _ in await Self.wait(gate) }) { server in
            try await with(server, .init(max: 1, acquireTimeout: .milliseconds(50))) { transport in
                async let slow: Void = post(transport)
                let busy = try await eventually { server.requests.count == 1 }
                #expect(busy)
                let error = await #expect(throws: DynamoDBError.self) { try await post(transport) }
                #expect(error?.kind == .poolExhausted)
                gate.open()
                try await slow
            }
        }
    }

    @Test func `a resize counts at once, also downwards`() async throws {
        let gate = Gate()
        try await withServer({ _ in await Self.wait(gate) }) { server in
            try await with(server, .init(max: 1)) { transport in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<6 { group.addTask { try await post(transport) } }
                    let one = try await eventually { transport.snapshot().waiting == 5 && server.requests.count == 1 }
                    transport.resize(.init(max: 4))
                    let four = try await eventually { server.requests.count == 4 }
                    #expect(one && four && transport.snapshot().inUse == 4)
                    transport.resize(.init(max: 2))
                    gate.open()
                    try await group.waitForAll()
                }
                let before = server.connections.total
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<50 { group.addTask { try await post(transport) } }
                    try await group.waitForAll()
                }
                #expect(server.connections.total - before <= 2)
                let shrunk = try await eventually { server.connections.open <= 2 }
                #expect(shrunk)
            }
        }
    }

    @Test func `the least number of connections is kept open, also after a resize`() async throws {
        try await withServer({ request in
            // An answer of the first kind comes so soon that one connection would do for all.
            try await ContinuousClock().sleep(for: .milliseconds(50))
            return .answer(request.method == .GET ? 404 : 200, "healthy")
        }) { server in
            try await with(server, .init(min: 3, max: 4)) { transport in
                #expect(await transport.warm() == .seconds(600))
                #expect(server.connections.open == 3)
                #expect(server.requests.allSatisfy { $0.method == .GET })
                try await post(transport)
                #expect(server.connections.total == 3)
                transport.resize(.init(min: 1, max: 4, idleTimeout: .seconds(60)))
                #expect(await transport.warm() == .seconds(60))
                let shrunk = try await eventually { server.connections.open == 1 }
                #expect(shrunk)
            }
        }
    }

    @Test func `to keep connections open of an endpoint that refuses them is given up until the next time`()
        async throws
    {
        let port = try await withServer({ _ in .drop }) { $0.port }
        let endpoint = try #require(DynamoDBEndpoint("http://127.0.0.1:\(port)"))
        let pool = DynamoDBPoolSettings(min: 2, idleTimeout: .seconds(30))
        let transport = HTTPTransport(DynamoDBSettings(region: "us-east-1", endpoint: endpoint, pool: pool))
        #expect(await transport.warm() == .seconds(30))
        #expect(transport.snapshot().inUse == 0)
        try await transport.shutdown()
    }

    @Test func `connections past their lifetime are replaced`() async throws {
        try await withServer({ _ in .answer(200, "{}") }) { server in
            let clock = SteadyClock()
            try await with(server, .init(maxLifetime: .seconds(100)), clock) { transport in
                for _ in 0..<3 { try await post(transport) }
                #expect(server.connections.total == 1)
                clock.advance(by: .seconds(89))
                try await post(transport)
                #expect(server.connections.total == 1)
                clock.advance(by: .seconds(22))
                try await post(transport)
                #expect(server.connections.total == 2)
                let closed = try await eventually { server.connections.open == 1 }
                #expect(closed)
            }
        }
    }

    @Test func `a request in flight outlives the replacement of its connection`() async throws {
        let gate = Gate()
        try await withServer({ request in
            request.body.isEmpty ? .answer(200, "{}") : await Self.wait(gate)
        }) { server in
            let clock = SteadyClock()
            try await with(server, .init(max: 2, maxLifetime: .seconds(100)), clock) { transport in
                async let slow: Void = post(transport, "slow")
                let busy = try await eventually { server.requests.count == 1 }
                clock.advance(by: .seconds(200))
                try await post(transport)
                #expect(busy && server.connections.total == 2 && server.connections.open == 2)
                gate.open()
                try await slow
                let closed = try await eventually { server.connections.open == 1 }
                #expect(closed)
            }
        }
    }

    @Test func `shutting down waits for the requests in flight`() async throws {
        let gate = Gate()
        try await withServer({ _ in await Self.wait(gate) }) { server in
            let transport = transport(server, .init(max: 1, acquireTimeout: .seconds(30)), SteadyClock())
            let slow = Task { try await post(transport) }
            let busy = try await eventually { server.requests.count == 1 }
            #expect(busy)
            let isDown = Noted(false)
            let closing = Task {
                try await transport.shutdown()
                isDown.change { $0 = true }
            }
            // With one connection a caller stands in line, and is refused there if not at the door.
            let error = await #expect(throws: DynamoDBError.self) { try await post(transport) }
            #expect(error?.kind == .closed && !isDown.value)
            gate.open()
            try await slow.value
            try await closing.value
            let closed = try await eventually { server.connections.open == 0 }
            #expect(closed)
        }
    }

    @Test func `idle connections are closed`() async throws {
        try await withServer({ _ in .answer(200, "{}") }) { server in
            try await with(server, .init(idleTimeout: .milliseconds(50))) { transport in
                try await post(transport)
                let closed = try await eventually { server.connections.open == 0 }
                #expect(closed)
                try await post(transport)
                #expect(server.connections.total == 2)
            }
        }
    }

    @Test func `no connection is opened ahead of need, however many should be kept`() async throws {
        try await withServer({ _ in .answer(200, "{}") }) { server in
            try await with(server, .init(min: 3, max: 8)) { transport in
                for _ in 0..<50 { try await post(transport) }
                #expect(server.connections.total == 1)
            }
        }
    }

    private func with(
        _ server: LoopbackServer, _ pool: DynamoDBPoolSettings, _ clock: SteadyClock = SteadyClock(),
        _ body: (HTTPTransport) async throws -> Void
    ) async throws {
        let transport = transport(server, pool, clock)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(transport))
        } catch {
            outcome = .failure(error)
        }
        try await transport.shutdown()
        try outcome.get()
    }

    private func transport(
        _ server: LoopbackServer, _ pool: DynamoDBPoolSettings, _ clock: SteadyClock
    ) -> HTTPTransport {
        HTTPTransport(
            DynamoDBSettings(region: "r", endpoint: DynamoDBEndpoint(server.url), pool: pool),
            clock: { clock.now })
    }

    private func post(_ transport: HTTPTransport, _ body: String = "") async throws {
        let answer = try await transport.post(headers: [], body: Array(body.utf8))
        #expect(answer.status == 200)
    }

    private static func wait(_ gate: Gate) async -> LoopbackServer.Reply {
        await gate.wait()
        return .answer(200, "{}")
    }
}

/// Stands still until a test moves it.
private final class SteadyClock: Sendable {
    private let instant = Mutex(ContinuousClock.now)

    var now: ContinuousClock.Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) {
        instant.withLock { $0 += duration }
    }
}
