import MillraceConfiguration
import Testing

@Suite struct `The handler catalogue` {
    static let catalogue = """
        github.event:
          driver: http
          url: https://hooks.example.com/github
          secretEnv: GITHUB_SECRET
          timeoutMs: 5000
          maxAttempts: 7
          concurrency: 4
          retry: {baseMs: 100, capMs: 2000, maxAgeMs: 60000}
        thumbnail:
          driver: command
          argv: [/usr/bin/convert, -, png:-]
        invoice:
          driver: swift
        """

    static let expected: [HandlerSettings] = [
        HandlerSettings(
            kind: "github.event",
            driver: .http(url: "https://hooks.example.com/github", secrets: [Secret("whsec_abc")]),
            timeout: .seconds(5), maxAttempts: 7,
            retry: .init(base: .milliseconds(100), cap: .seconds(2), maxAge: .seconds(60)), concurrency: 4),
        HandlerSettings(kind: "invoice", driver: .swift, retry: .init()),
        HandlerSettings(
            kind: "thumbnail", driver: .command(argv: ["/usr/bin/convert", "-", "png:-"]), retry: .init()),
    ]

    @Test func `is read from the configuration file`() throws {
        let nested = "handlers:\n" + Self.catalogue.split(separator: "\n").map { "  \($0)\n" }.joined()
        try withFile(nested) { (path) throws in
            let settings = try load(.consumer, [], ["MILLRACE_CONFIG": path, "GITHUB_SECRET": "whsec_abc"])
            #expect(settings.handlers == Self.expected)
        }
    }

    @Test(arguments: ["", "handlers:\n"])
    func `is read from a file of its own`(head: String) throws {
        let indent = head.isEmpty ? "" : "  "
        let text = head + Self.catalogue.split(separator: "\n").map { "\(indent)\($0)\n" }.joined()
        try withFile(text) { (path) throws in
            let settings = try load(.consumer, [], ["HANDLERS_FILE": path, "GITHUB_SECRET": "whsec_abc"])
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
        ("x: {driver: http, url: 'http://h/', secret: ''}", "x.secret", "is empty or not a text"),
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
