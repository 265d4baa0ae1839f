import FoundationEssentials
import MillraceDomain
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Importing users` {
    private let store = InMemoryStore(clock: ManualClock())
    private let ids = SequentialIDs()

    private func run(_ payload: String, directory: String? = nil) async -> RunOutcome {
        let handler = UsersImportHandler(ids: ids, files: directory.map(ImportDirectory.init(path:)))
        return await handler.attempt(.running("users.import", payload: payload), store)
    }

    private func run(lines: [String], onError: String? = nil) async -> RunOutcome {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("ndjson")
        writer.value(lines.joined(separator: "\n"))
        if let onError {
            writer.name("on_error")
            writer.value(onError)
        }
        writer.endObject()
        return await run(writer.text)
    }

    private func line(_ email: String, _ name: String) -> String { #"{"email":"\#(email)","name":"\#(name)"}"# }

    private func name(of email: String) async throws -> String? {
        try await store.find(email: EmailAddress(stored: email))?.name.text
    }

    @Test func `users are created, renamed or left as they are, and a second run changes nothing`() async throws {
        let first = await run(lines: [line("a@example.org", "A"), line("b@example.org", "B")])
        #expect(first.result?.text == #"{"created":2,"updated":0,"unchanged":0,"rejected":0,"errors":[]}"#)
        let lines = [line("A@Example.org", "A"), line("b@example.org", "Beta"), line("c@example.org", "C")]
        #expect(
            await run(lines: lines).result?.text
                == #"{"created":1,"updated":1,"unchanged":1,"rejected":0,"errors":[]}"#)
        #expect(
            await run(lines: lines).result?.text
                == #"{"created":0,"updated":0,"unchanged":3,"rejected":0,"errors":[]}"#)
        #expect(try await name(of: "b@example.org") == "Beta")
    }

    @Test func `line ends, empty lines and the same user twice count for nothing`() async {
        let lines = [line("a@example.org", "A") + "\r", "", "  ", line("A@EXAMPLE.org", "A"), ""]
        #expect(
            await run(lines: lines).result?.text
                == #"{"created":1,"updated":0,"unchanged":0,"rejected":0,"errors":[]}"#)
        #expect(
            await run(lines: []).result?.text
                == #"{"created":0,"updated":0,"unchanged":0,"rejected":0,"errors":[]}"#)
    }

    @Test(arguments: [
        ("{", "malformed_json"), ("[]", "wrong_type"), ("\"x\"", "wrong_type"), ("{}", "missing"),
        (#"{"email":"a@example.org"}"#, "missing"), (#"{"email":"a@example.org","name":null}"#, "missing"),
        (#"{"email":"a@example.org","name":1}"#, "wrong_type"), (#"{"email":"nobody","name":"A"}"#, "invalid_format"),
        (#"{"email":"a@example.org","name":""}"#, "out_of_range"),
        (#"{"email":"a@example.org","name":"A","admin":true}"#, "unknown_member"),
        (#"{"email":"a@example.org","email":"b@example.org","name":"A"}"#, "malformed_json"),
        (#"{"email":"good@example.org","name":"Other"}"#, "conflicting_duplicate"),
    ])
    func `a bad line is named, and only the good ones are imported when it is skipped`(
        _ bad: String, _ code: String
    ) async throws {
        let outcome = await run(lines: [line("good@example.org", "Good"), "", bad], onError: "skip")
        let result = try #require(outcome.result)
        let errors = try #require(result.members?.first { $0.name == "errors" }?.value.elements)
        #expect(errors.count == 1)
        let members = errors.first?.members ?? []
        #expect(members.first { $0.name == "line" }?.value.integer == 3)
        #expect(members.first { $0.name == "code" }?.value.string == code)
        #expect(try await name(of: "good@example.org") == "Good")
        #expect(result.members?.first { $0.name == "rejected" }?.value.integer == 1)
        #expect(result.members?.first { $0.name == "created" }?.value.integer == 1)
    }

    @Test func `one bad line aborts it all, permanently, with the bad lines named`() async throws {
        let bad = (0..<30).map { _ in "nonsense" }
        let failure = await run(lines: [line("good@example.org", "Good")] + bad).failure
        #expect(failure?.isRetryable == false)
        #expect(failure?.message.contains("30 lines are bad: line 2: ") == true)
        #expect(failure?.message.contains("line 21: ") == true)
        #expect(failure?.message.contains("line 22: ") == false)
        #expect(try await name(of: "good@example.org") == nil)
    }

    @Test func `the list of bad lines is bounded, their count is not`() async throws {
        let lines = [line("good@example.org", "Good")] + (0..<250).map { _ in "nonsense" }
        let result = try #require(await run(lines: lines, onError: "skip").result)
        #expect(result.members?.first { $0.name == "errors" }?.value.elements?.count == 100)
        #expect(result.members?.first { $0.name == "rejected" }?.value.integer == 250)
    }

    @Test func `a store that is away is tried again`() async {
        store.setOutage(.unavailable)
        #expect(await run(lines: [line("a@example.org", "A")]).failure?.isRetryable == true)
    }

    @Test func `progress is reported`() async throws {
        let progress = Recorder<JobProgress>()
        let lines = (0..<2500).map { line("u\($0)@example.org", "U") }.joined(separator: "\\n")
            .replacing("\"", with: "\\\"")
        let handler = UsersImportHandler(ids: ids, files: nil)
        let job = Job.running("users.import", payload: "{\"ndjson\":\"\(lines)\"}")
        #expect(await handler.attempt(job, store) { progress.record($0) }.isSuccess)
        let percents = progress.elements.map(\.percent)
        #expect(percents.count == 4)
        #expect(percents == percents.sorted())
        #expect(percents.last == 100)
    }

    @Test(arguments: [
        "[]", "{}", #"{"ndjson":1}"#, #"{"ndjson":"","file":"x"}"#, #"{"ndjson":"","on_error":"ignore"}"#,
        #"{"ndjson":"","x":1}"#, #"{"file":7}"#,
    ])
    func `a payload that is not understood fails for good`(_ payload: String) async {
        let failure = await run(payload, directory: "/tmp").failure
        #expect(failure?.code == "invalid_payload")
        #expect(failure?.isRetryable == false)
    }

    @Test func `files are refused without a directory`() async {
        let failure = await run(#"{"file":"x.ndjson"}"#).failure
        #expect(failure?.code == "files_refused")
        #expect(failure?.isRetryable == false)
    }

    @Test func `a file inside the directory is imported, and nothing outside it`() async throws {
        let manager = FileManager.default
        let root = manager.temporaryDirectory.appending(path: "import-\(UInt64.random(in: 0...UInt64.max))")
        let inside = root.appending(path: "inside")
        defer { try? manager.removeItem(at: root) }
        try manager.createDirectory(at: inside.appending(path: "deep"), withIntermediateDirectories: true)
        let text = Data((line("f@example.org", "F") + "\n").utf8)
        for file in [root.appending(path: "secret"), inside.appending(path: "a"), inside.appending(path: "deep/b")] {
            try text.write(to: file)
        }
        try manager.createSymbolicLink(
            atPath: inside.appending(path: "link").path, withDestinationPath: root.appending(path: "secret").path)
        try manager.createSymbolicLink(atPath: inside.appending(path: "up").path, withDestinationPath: root.path)
        let outcomes: [(String, String?)] = [
            ("a", nil), ("deep/b", nil), ("../secret", "invalid_file"), ("deep/../a", "invalid_file"),
            ("./a", "invalid_file"), ("/etc/passwd", "invalid_file"), ("", "invalid_file"), ("a/", "invalid_file"),
            ("link", "invalid_file"), ("up/secret", "invalid_file"), ("deep", "invalid_file"), ("a/b", "invalid_file"),
            ("absent", "file_not_found"),
        ]
        for (name, code) in outcomes {
            let outcome = await run("{\"file\":\"\(name)\"}", directory: inside.path)
            #expect(outcome.failure?.code == code, "\(name)")
            #expect(outcome.failure?.isRetryable ?? false == false)
        }
        #expect(await run(#"{"file":"/dev/zero"}"#, directory: "/").failure?.code == "invalid_file")
        #expect(await run(#"{"file":"zero"}"#, directory: "/dev").failure?.code == "invalid_file")
    }

    @Test func `a file that is too large is refused unread`() async throws {
        let manager = FileManager.default
        let root = manager.temporaryDirectory.appending(path: "import-\(UInt64.random(in: 0...UInt64.max))")
        defer { try? manager.removeItem(at: root) }
        try manager.createDirectory(at: root, withIntermediateDirectories: true)
        let file = root.appending(path: "large").path
        _ = manager.createFile(atPath: file, contents: nil)
        let handler = CommandHandler(
            target: CommandTarget(path: "/usr/bin/truncate", arguments: ["-s", "67108865", file]),
            settings: CommandSettings())
        #expect(await handler.attempt(.running("c")).isSuccess)
        #expect(await run(#"{"file":"large"}"#, directory: root.path).failure?.code == "file_too_large")
    }
}

@Suite struct `The other built-in kinds` {
    @Test func `noop succeeds`() async {
        #expect(await NoopHandler().attempt(.running("noop")) == .succeeded(nil))
    }

    @Test func `sleep sleeps and is stopped by its time limit`() async {
        #expect(await SleepHandler().attempt(.running("sleep", payload: #"{"ms":1}"#)) == .succeeded(nil))
        let job = Job.running("sleep", payload: #"{"ms":86400000}"#, timeout: .milliseconds(20))
        #expect(await SleepHandler().attempt(job).failure?.code == "timeout")
    }

    @Test(arguments: ["{}", "7", #"{"ms":-1}"#, #"{"ms":86400001}"#, #"{"ms":"1"}"#, #"{"ms":1,"x":2}"#])
    func `sleep understands nothing else`(_ payload: String) async {
        #expect(await SleepHandler().attempt(.running("sleep", payload: payload)).failure?.isRetryable == false)
    }

    @Test func `every built-in kind has a handler`() {
        let handlers = HandlerSet(
            swift: HandlerSet.builtIn, transactional: HandlerSet.builtInTransactional(ids: SequentialIDs()))
        for kind in HandlerCatalogue.builtIn {
            #expect((handlers.handler(for: kind) == nil) != (handlers.transactionalHandler(for: kind) == nil))
        }
    }

    @Test func `a kind whose driver this process does not have has no handler`() {
        let handlers = HandlerSet(swift: [:])
        let kind = JobKind(stored: "x")
        let drivers: [HandlerDriver] = [
            .swift, .http(WebhookTarget(url: "http://x/", secrets: [])),
            .command(CommandTarget(path: "/x", arguments: [])),
        ]
        for driver in drivers { #expect(handlers.handler(for: KindDescription(kind: kind, driver: driver)) == nil) }
    }
}
