import Logging
import MillraceDomain
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Delivering webhooks` {
    private static let loopback = WebhookSettings(allowPrivateNetworks: [NetworkRange("127.0.0.0/8")].compactMap { $0 })

    /// Delivers one job to a server that replies so.
    private func deliver(
        _ reply: RawServer.Reply, job: Job = .running("ship"), secrets: [[UInt8]] = [Array("secret".utf8)],
        settings: WebhookSettings = Self.loopback, host: String = "127.0.0.1", path: String = "/hook?x=1",
        times: Int = 1
    ) async throws -> (outcome: RunOutcome, requests: [RawServer.Request]) {
        let server = try RawServer { _ in reply }
        defer { server.stop() }
        let webhooks = Webhooks(settings: settings, logger: .silent)
        let target = WebhookTarget(url: "http://\(host):\(server.port)\(path)", secrets: secrets)
        let handler = WebhookHandler(target: target, webhooks: webhooks, clock: ManualClock())
        var outcome = await handler.attempt(job)
        for _ in 1..<times { outcome = await handler.attempt(job) }
        await webhooks.close()
        return (outcome, server.requests.elements)
    }

    @Test func `the payload arrives as sent, signed, with the facts of the attempt`() async throws {
        let payload = #"{ "z":1.0e0,"a" : [ 1E+2 ],"é":"😀" }"#
        let job = Job.running("ship.it", payload: payload, attempt: 3)
        let secrets = [Array("new".utf8), Array("old".utf8)]
        let (outcome, requests) = try await deliver(.status(200, body: #"{"ok": true}"#), job: job, secrets: secrets)
        let request = try #require(requests.first)
        #expect(outcome == .succeeded(JSONText(stored: #"{"ok": true}"#)))
        #expect(request.line == "POST /hook?x=1 HTTP/1.1")
        #expect(request.body == Array(payload.utf8))
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["webhook-id"] == job.id.description)
        #expect(request.headers["webhook-timestamp"] == "1795253400")
        #expect(request.headers["millrace-attempt"] == "3")
        #expect(request.headers["millrace-kind"] == "ship.it")
        #expect(request.headers["accept-encoding"] == nil)
        let signatures = request.headers["webhook-signature"]?.split(separator: " ").map(String.init)
        let message = "\(job.id).1795253400.\(payload)"
        #expect(signatures == secrets.map { "v1," + PlainHMAC.base64(message, key: $0) })
    }

    @Test func `the signature is that of the standard's own example`() throws {
        // Standard Webhooks 1.0: secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw.
        let secret: [UInt8] = [
            0x31, 0xF2, 0x90, 0xF6, 0xBF, 0x06, 0x29, 0x8A, 0xAB, 0x4F, 0x08, 0xD4, 0x3C, 0x3F, 0x08, 0x2C, 0xF6, 0x48,
            0xA3, 0x62, 0xDA, 0x2D, 0xA4, 0xB0,
        ]
        let header = WebhookSignature.header(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: "1614265330", body: #"{"test": 2432232314}"#.utf8,
            secrets: [secret])
        #expect(header == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: [200, 201, 202, 204, 299])
    func `every 2xx is success`(_ status: Int) async throws {
        #expect(try await deliver(.status(status)).outcome == .succeeded(nil))
    }

    @Test(arguments: [408, 425, 429, 500, 502, 503, 599])
    func `what may pass is tried again, after the time the receiver asks for`(_ status: Int) async throws {
        let failure = try await deliver(.status(status, headers: "retry-after: 120\r\n")).outcome.failure
        #expect(failure?.isRetryable == true)
        #expect(failure?.retryAfter == .seconds(120))
        #expect(failure?.code == "http_\(status)")
    }

    @Test(arguments: [301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 409, 410, 413, 422])
    func `what will not pass is not tried again, and no redirect is followed`(_ status: Int) async throws {
        let (outcome, requests) = try await deliver(.status(status, headers: "location: /elsewhere\r\n"))
        #expect(outcome.failure?.isRetryable == false)
        #expect(requests.count == 1)
    }

    @Test func `an answer that is not JSON, compressed or too long is no result`() async throws {
        #expect(try await deliver(.status(200, body: "thanks")).outcome == .succeeded(nil))
        #expect(try await deliver(.status(200, body: "[1,]")).outcome == .succeeded(nil))
        let longest = "\"" + String(repeating: "x", count: RunJob.maxResultBytes - 2) + "\""
        #expect(try await deliver(.status(200, body: longest)).outcome.result?.bytes.count == RunJob.maxResultBytes)
        #expect(try await deliver(.status(200, body: longest + " ")).outcome == .succeeded(nil))
        let endless = "HTTP/1.1 200 X\r\ncontent-length: 99999999\r\n\r\n" + String(repeating: "x", count: 1 << 20)
        #expect(try await deliver(.hang(after: endless)).outcome == .succeeded(nil))
    }

    @Test(arguments: ["", "HTTP/1.1 200 X\r\n", "HTTP/1.1 200 X\r\ncontent-length: 10\r\n\r\n123"])
    func `a receiver that hangs fails the attempt at its time limit`(_ said: String) async throws {
        let began = ContinuousClock.now
        let outcome = try await deliver(.hang(after: said), job: .running("ship", timeout: .milliseconds(300))).outcome
        #expect(outcome.failure?.code == "timeout")
        #expect(outcome.failure?.isRetryable == true)
        #expect(ContinuousClock.now - began < .seconds(5))
    }

    @Test func `a reset, nonsense and a closed port are tried again`() async throws {
        #expect(try await deliver(.reset).outcome.failure?.code == "network_error")
        #expect(try await deliver(.bytes("nonsense\r\n\r\n")).outcome.failure?.isRetryable == true)
        let short = "HTTP/1.1 200 X\r\ncontent-length: 10\r\n\r\n123"
        #expect(try await deliver(.bytes(short)).outcome.failure?.code == "network_error")
        let server = try RawServer { _ in .reset }
        server.stop()
        let webhooks = Webhooks(settings: Self.loopback, logger: .silent)
        let target = WebhookTarget(url: "http://127.0.0.1:\(server.port)/", secrets: [])
        let outcome = await WebhookHandler(target: target, webhooks: webhooks).attempt(.running("ship"))
        #expect(outcome.failure?.code == "network_error")
        await webhooks.close()
    }

    @Test func `a delivery that is stopped or takes too long closes its connection`() async throws {
        for reply in ["", "HTTP/1.1 200 X\r\ncontent-length: 10\r\n\r\n123"] {
            for timeout in [Duration.seconds(1), nil] {
                let server = try RawServer { _ in .hang(after: reply) }
                defer { server.stop() }
                let webhooks = Webhooks(settings: Self.loopback, logger: .silent)
                let target = WebhookTarget(url: "http://127.0.0.1:\(server.port)/", secrets: [])
                let handler = WebhookHandler(target: target, webhooks: webhooks)
                let run = Task { await handler.attempt(.running("ship", timeout: timeout)) }
                try await server.requests.wait(forCount: 1)
                if timeout == nil { run.cancel() }
                try await server.hangUps.wait(forCount: 1)
                let outcome = await run.value
                #expect(timeout == nil ? outcome == .stopped : outcome.failure?.code == "timeout")
                await webhooks.close()
            }
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1", "[::ffff:127.0.0.1]"])
    func `an address that is not allowed is never called, however it is spelt`(_ host: String) async throws {
        let (outcome, requests) = try await deliver(.status(200), settings: WebhookSettings(), host: host)
        #expect(outcome.failure?.isRetryable == false)
        #expect(["address_refused", "invalid_target"].contains(outcome.failure?.code))
        #expect(requests.isEmpty)
    }

    @Test(arguments: [
        "0177.0.0.1", "0177.1", "0x7f.0x0.0x0.0x1", "127.0.0.1.", "localhost.", "0", "0.0.0.0", "[::]", "[::1]",
        "[0:0:0:0:0:ffff:7f00:1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::127.0.0.1]", "[fe80::1%25lo]",
        "127%2e0.0.1", "１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "169.254.169.254", "[fd00:ec2::254]",
        "example.org@127.0.0.1", "127.0.0.1\\@example.org",
    ])
    func `nor is one that is found by no name, or in an odd spelling`(_ host: String) async throws {
        let (outcome, requests) = try await deliver(.status(200), settings: WebhookSettings(), host: host)
        #expect(["address_refused", "invalid_target", "dns_failed"].contains(outcome.failure?.code))
        #expect(requests.isEmpty)
    }

    @Test func `a name is called at the address that was checked`() async throws {
        let (outcome, requests) = try await deliver(.status(200), host: "localhost", times: 3)
        #expect(outcome == .succeeded(nil) || outcome.failure?.code == "address_refused")
        if outcome.isSuccess { #expect(requests.count == 3) }
    }

    @Test func `many at a time to a new receiver ask for its address once`() async throws {
        let server = try RawServer { _ in .status(200) }
        defer { server.stop() }
        let webhooks = Webhooks(settings: Self.loopback, logger: .silent)
        let target = WebhookTarget(url: "http://127.1:\(server.port)/", secrets: [])
        let handler = WebhookHandler(target: target, webhooks: webhooks)
        let outcomes = await withTaskGroup(of: RunOutcome.self) { group in
            for _ in 0..<64 { group.addTask { await handler.attempt(.running("ship")) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.allSatisfy { $0 == .succeeded(nil) })
        await webhooks.close()
    }

    @Test func `names are resolved a few at a time, and whoever is stopped waits no longer`() async throws {
        let resolver = HostResolver()
        let found = try await withThrowingTaskGroup(of: [NetworkAddress].self) { group in
            for last in 1...100 { group.addTask { try await resolver.addresses(of: "127.0.\(last)") } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(found.map(\.text)) == Set((1...100).map { "127.0.0.\($0)" }))
        let stopped = Task { try await resolver.addresses(of: "127.0.0.1") }
        stopped.cancel()
        _ = await stopped.result
    }

    @Test(arguments: [
        "ftp://example.org/", "unix:///tmp/socket", "http+unix://%2Ftmp%2Fsocket/", "/relative", "http://", "http:///x",
        "http://user:password@example.org/", "file:///etc/passwd", "",
    ])
    func `what is not an http URL is refused for good`(_ url: String) async throws {
        let webhooks = Webhooks(logger: .silent)
        let handler = WebhookHandler(target: WebhookTarget(url: url, secrets: []), webhooks: webhooks)
        #expect(await handler.attempt(.running("ship")).failure?.code == "invalid_target")
    }

    @Test func `clients are closed when they are old, and many receivers do not pile up`() async throws {
        var settings = Self.loopback
        settings.pinFor = .milliseconds(1)
        #expect(try await deliver(.status(200), settings: settings, times: 5).requests.count == 5)
        settings.maxReceivers = 1
        let servers = try (0..<4).map { _ in try RawServer { _ in .status(200) } }
        defer { for server in servers { server.stop() } }
        let webhooks = Webhooks(settings: settings, logger: .silent)
        for server in servers {
            let target = WebhookTarget(url: "http://127.0.0.1:\(server.port)/", secrets: [])
            let handler = WebhookHandler(target: target, webhooks: webhooks)
            #expect(await handler.attempt(.running("ship")).isSuccess)
        }
        await webhooks.close()
    }
}
