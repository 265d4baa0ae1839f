import AsyncHTTPClient
import Logging
import MillraceConfiguration
import MillraceTelemetry
import NIOCore
import NIOHTTP1
import NIOSSL
import TestKit
import Testing

@testable import MillraceAPI

/// The API by TLS, with certificates made for the test.
@Suite(.timeLimit(.minutes(2)))
struct TLSTests {
    /// Asks for something as a client that trusts one certificate only.
    private static func ask(
        _ port: Int, trusting path: String, _ adjust: (inout HTTPClient.Configuration) -> Void = { _ in }
    ) async throws -> HTTPClientResponse {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(path)
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        adjust(&configuration)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let answer = try await client.execute(
                HTTPClientRequest(url: "https://localhost:\(port)/livez"), timeout: .seconds(10))
            _ = try await answer.body.collect(upTo: 1 << 20)
            try await client.shutdown()
            return answer
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    @Test func `clients are served by HTTP/2 and by HTTP/1, as they like, with all that protects browsers`()
        async throws
    {
        let secure = try await SecureAPI()
        let path = secure.folder.path("a.crt")
        try await secure.api.live { port in
            let versions: [(HTTPClient.Configuration.HTTPVersion, HTTPVersion)] = [
                (.automatic, .http2), (.http1Only, .http1_1),
            ]
            for (version, expected) in versions {
                let answer = try await Self.ask(port, trusting: path) { $0.httpVersion = version }
                #expect(answer.version == expected)
                #expect(answer.status == .ok)
                #expect(answer.headers["x-content-type-options"] == ["nosniff"])
                #expect(answer.headers["content-security-policy"] == ["default-src 'none'; frame-ancestors 'none'"])
                #expect(answer.headers["cache-control"] == ["no-store"])
                #expect(answer.headers["x-request-id"].count == 1)
            }
        }
    }

    @Test func `old versions of TLS are refused`() async throws {
        let secure = try await SecureAPI()
        let path = secure.folder.path("a.crt")
        try await secure.api.live { port in
            let answer = try await Self.ask(port, trusting: path) {
                $0.tlsConfiguration?.maximumTLSVersion = .tlsv12
            }
            #expect(answer.status == .ok)
            await #expect(throws: (any Error).self) {
                try await Self.ask(port, trusting: path) { $0.tlsConfiguration?.maximumTLSVersion = .tlsv11 }
            }
        }
    }

    @Test func `new connections get the new certificate, and a broken pair changes nothing`() async throws {
        let secure = try await SecureAPI(["a", "b"])
        let (folder, identity, api) = (secure.folder, secure.identity, secure.api)
        try await api.live { port in
            #expect(try await Self.ask(port, trusting: folder.path("a.crt")).status == .ok)
            // A key of another certificate.
            try folder.use("b", "a")
            await identity.reloadIfChanged()
            await identity.reloadIfChanged()
            #expect(try await Self.ask(port, trusting: folder.path("a.crt")).status == .ok)
            #expect(api.lines.elements.filter { $0.message == "certificate not reloaded" }.count == 1)
            try folder.use("b", "b")
            await identity.reloadIfChanged()
            #expect(try await Self.ask(port, trusting: folder.path("b.crt")).status == .ok)
            await #expect(throws: (any Error).self) { try await Self.ask(port, trusting: folder.path("a.crt")) }
        }
        let text = PrometheusText.render(api.metrics.snapshot())
        #expect(text.contains(#"http_tls_reloads_total{result="failed"} 1"#), "\(text)")
        #expect(text.contains(#"http_tls_reloads_total{result="ok"} 1"#))
        #expect(api.lines.elements.filter { $0.message == "certificate reloaded" }.count == 1)
    }

    @Test func `files that vanish change nothing`() async throws {
        let secure = try await SecureAPI()
        try secure.folder.remove("used.key")
        await secure.identity.reloadIfChanged()
        let failure = try #require(secure.api.lines.elements.first { $0.message == "certificate not reloaded" })
        #expect(failure.metadata["error.message"]?.description.contains("cannot be read") == true)
        let path = secure.folder.path("a.crt")
        try await secure.api.live { port in
            let answer = try await Self.ask(port, trusting: path)
            #expect(answer.status == .ok)
        }
    }

    @Test func `files that change are noticed`() async throws {
        let secure = try await SecureAPI(["a", "b"], interval: .milliseconds(50))
        try await secure.api.live { _ in
            try secure.folder.use("b", "b")
            try await secure.api.lines.wait { $0.contains { $0.message == "certificate reloaded" } }
        }
    }

    @Test(arguments: [0, 3]) func `a certificate that has expired is told of, and used`(days: Int) async throws {
        let secure = try await SecureAPI(lead: days * 86_400)
        #expect(secure.api.lines.elements.contains { $0.message == "certificate has expired" } == (days > 0))
        #expect(PrometheusText.render(secure.api.metrics.snapshot()).contains("http_tls_certificate_end_seconds "))
    }

    @Test(arguments: ["", "\u{16}\u{3}\u{1}", "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"])
    func `a client that agrees on nothing is gone in time`(text: String) async throws {
        let secure = try await SecureAPI { $0.connection.head = .milliseconds(500) }
        try await secure.api.live { port in
            let connection = try await RawConnection.open(port)
            try await connection.send(text)
            #expect(try await !connection.readToEnd().contains("HTTP"))
        }
    }

    @Test func `a client in the midst of agreeing does not hold a stop`() async throws {
        let secure = try await SecureAPI { ($0.connection.head, $0.connection.drain) = (.seconds(30), .seconds(10)) }
        let duration = try await secure.api.live { port in
            let connection = try await RawConnection.open(port)
            try await connection.send("\u{16}\u{3}\u{1}")
        }
        #expect(duration < .seconds(5))
    }

    @Test(arguments: [
        ("none", "a", "http.tls.certificateFile", "cannot be read"),
        ("a", "none", "http.tls.keyFile", "cannot be read"),
        ("garbage", "a", "http.tls.certificateFile", "holds no certificate in PEM"),
        ("a", "garbage", "http.tls.keyFile", "holds no key in PEM without a passphrase"),
        ("a", "b", "http.tls.keyFile", "does not belong to the certificate"),
    ])
    func `files that cannot be used are named by their key`(
        certificate: String, key: String, name: String, reason: String
    ) async throws {
        let folder = try CertificateFolder()
        try await folder.make("a")
        try await folder.make("b")
        try folder.write("garbage", to: "garbage.crt")
        try folder.write("garbage", to: "garbage.key")
        let files = TLSFiles(certificate: folder.path("\(certificate).crt"), key: folder.path("\(key).key"))
        let error = try #require(throws: ConfigurationError.self) { _ = try files.load() }
        #expect(error.problems.map(\.key) == [name])
        #expect(error.problems[0].reason == reason)
        #expect(error.description.contains(folder.path("")))
    }
}
