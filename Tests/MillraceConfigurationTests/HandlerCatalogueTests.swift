import MillraceConfiguration
import MillraceDomain
import Testing

@Suite struct `The handler catalogue` {
    static let catalogue = """
        github.event:
          driver: http
          url: https://hooks.example.com/github
          secretEnv: GITHUB_SECRET
          timeoutMs: 5000
          maxAttempts: 7
          retry: {baseMs: 100, capMs: 2000, maxAgeMs: 60000}
        thumbnail:
          driver: command
          argv: [/usr/bin/convert, -, png:-]
        invoice:
          driver: swift
          ordering: {onDead: hold}
        """

    static let expected = HandlerCatalogue(
        HandlerCatalogue.builtIn + [
            KindDescription(
                kind: JobKind(stored: "github.event"),
                driver: .http(
                    WebhookTarget(url: "https://hooks.example.com/github", secrets: [Array("abc".utf8)])),
                policy: HandlerPolicy(
                    timeout: .seconds(5), maxAttempts: 7,
                    retry: RetryPolicy(base: .milliseconds(100), cap: .seconds(2), maxAge: .seconds(60)))),
            KindDescription(
                kind: JobKind(stored: "invoice"), driver: .swift, policy: HandlerPolicy(onDead: .hold)),
            KindDescription(
                kind: JobKind(stored: "thumbnail"),
                driver: .command(CommandTarget(path: "/usr/bin/convert", arguments: ["-", "png:-"]))),
        ])

    @Test func `a kind may call the endpoint that its owner has registered, or a certain one`() throws {
        let id = "019aa5c1-7d3e-7cc0-8a1f-3f6c2f1b9a10"
        let text = """
            order.shipped: {driver: http, endpoint: orders, timeoutMs: 5000}
            audit.event: {driver: http, endpoint: \(id)}
            """
        let settings = try withFile(text) { try load(.consumer, [], ["HANDLERS_FILE": $0]) }
        let shipped = try settings.handlers[JobKind("order.shipped")]
        #expect(shipped?.driver == .endpoint(.named(try WebhookEndpointName("orders"))))
        #expect(shipped?.policy.timeout == .seconds(5))
        let event = try settings.handlers[JobKind("audit.event")]
        #expect(event?.driver == .endpoint(.id(try #require(WebhookEndpointID(id)))))
        #expect(event?.driver.name == "http")
        for wrong in [
            "endpoint: Orders", "endpoint: ''", "endpoint: orders, url: 'http://h/'", "endpoint: a, secret: s",
        ] {
            try withFile("x: {driver: http, \(wrong)}") { (path) throws in
                #expect(problems(.api, [], ["HANDLERS_FILE": path]).count == 1, "\(wrong)")
            }
        }
    }

    @Test func `holds the built-in kinds when nothing is said`() throws {
        #expect(try load().handlers == HandlerCatalogue(HandlerCatalogue.builtIn))
    }

    @Test func `lets the shared secrets sign for kinds without their own`() throws {
        try withFile("x: {driver: http, url: 'http://h/'}") { (path) throws in
            let environment = ["HANDLERS_FILE": path, "WEBHOOKS_SECRETS": "whsec_bmV3,plain"]
            let kind = try load(.consumer, [], environment).handlers[JobKind(stored: "x")]
            let keys = [Array("new".utf8), Array("plain".utf8)]
            #expect(kind?.driver == .http(WebhookTarget(url: "http://h/", secrets: keys)))
        }
    }

    @Test func `is read from the configuration file`() throws {
        let nested = "handlers:\n" + Self.catalogue.split(separator: "\n").map { "  \($0)\n" }.joined()
        try withFile(nested) { (path) throws in
            let settings = try load(.consumer, [], ["MILLRACE_CONFIG": path, "GITHUB_SECRET": "whsec_YWJj"])
            #expect(settings.handlers == Self.expected)
        }
    }

    @Test(arguments: ["", "handlers:\n"])
    func `is read from a file of its own`(head: String) throws {
        let indent = head.isEmpty ? "" : "  "
        let text = head + Self.catalogue.split(separator: "\n").map { "\(indent)\($0)\n" }.joined()
        try withFile(text) { (path) throws in
            let settings = try load(.consumer, [], ["HANDLERS_FILE": path, "GITHUB_SECRET": "whsec_YWJj"])
            #expect(settings.handlers == Self.expected)
        }
    }

    @Test func `refuses a kind that both files name`() throws {
        try withFile("x: {driver: swift}") { (separate) throws in
            try withFile("handlers: {file: '\(separate)', x: {driver: swift}, y: {driver: swift}}") { (path) throws in
                let found = problems(.api, [], ["MILLRACE_CONFIG": path])
                #expect(found == ["handlers.x (file \(separate)): has two handlers"])
            }
        }
    }

    @Test(arguments: [
        ("Upper: {driver: swift}", "Upper", "is not a kind (a letter a-z, then letters, digits, . _ -, 128 at most)"),
        ("x: 1", "x", "is not a mapping with a driver"),
        ("x: {}", "x.driver", "is missing; it is http, command or swift"),
        ("x: {driver: ftp}", "x.driver", #""ftp" is not one of http, command, swift"#),
        ("x: {driver: http}", "x.url", "is missing"),
        (
            "x: {driver: http, url: 'ftp://h/'}", "x.url",
            "is not an http:// or https:// URL (without user and fragment)"
        ),
        ("x: {driver: swift, argv: [/bin/true]}", "x.argv", "is not a known member of this handler"),
        ("x: {driver: swift, timeout: 3}", "x.timeout", "is not a known member of this handler"),
        ("x: {driver: command, argv: [true]}", "x.argv", "is not a list that starts with an absolute path"),
        (
            "x: {driver: swift, timeoutMs: soon}", "x.timeoutMs",
            #""soon" is not a whole number from 1 to 86400000"#
        ),
        ("x: {driver: swift, maxAttempts: 0}", "x.maxAttempts", #""0" is not a whole number from 1 to 100"#),
        ("x: {driver: swift, retry: {base: 1}}", "x.retry.base", "is not a known member of this handler"),
        ("x: {driver: swift, retry: {baseMs: 9, capMs: 3}}", "x.retry.baseMs", "is larger than retry.capMs"),
        (
            "x: {driver: http, url: 'http://h/', secretEnv: NO_SUCH}", "x.secretEnv",
            "names the environment variable NO_SUCH, which is not set"
        ),
        (
            "x: {driver: http, url: 'http://h/', secretEnv: whsec_c2VjcmV0}", "x.secretEnv",
            "names an environment variable, which is not set"
        ),
        ("x: {driver: http, url: 'http://h/', secret: ''}", "x.secret", "is empty or not a text"),
        ("x: {driver: http, url: 'http://h/', secret: whsec_!}", "x.secret", "is not base64 after whsec_"),
        (
            "x: {driver: http, url: 'http://h/'}", "x.secret",
            "is missing, and webhooks.secrets has none either"
        ),
    ])
    func `names file, kind and member of what is wrong`(text: String, key: String, reason: String) throws {
        try withFile(text) { (path) throws in
            let found = problems(.api, [], ["HANDLERS_FILE": path])
            #expect(found == ["handlers.\(key) (file \(path)): \(reason)"])
        }
    }

    @Test func `names the file that cannot be read`() {
        let found = problems(.api, [], ["HANDLERS_FILE": "/nowhere.yaml"])
        #expect(found == ["handlers.file (file /nowhere.yaml): cannot be read"])
    }
}
