import ArgumentParser
import MillraceDomain
import Testing

@testable import MillraceCLI

@Suite(.timeLimit(.minutes(1))) struct `Commands for an API` {
    private static let id = "0193a5f2-7c00-7abc-8def-0123456789ab"

    /// Runs the command against a server with these answers, and gives the requests, each as line and body.
    private func run(_ arguments: [String], _ answers: (Int, String)...) async throws -> [String] {
        var requests: [String] = []
        try await ScriptedAPI.withAddress(answers) { address, script in
            let parsed = try Millrace.parseAsRoot(arguments)
            var command = try #require(parsed as? any RemoteCommand)
            command.remote.baseURL = address
            command.remote.token = "mr_test"
            try await command.run()
            #expect(script.requests.allSatisfy { $0.authorization == "Bearer mr_test" })
            requests = script.requests.map { $0.body.isEmpty ? $0.line : "\($0.line) \($0.body)" }
        }
        return requests
    }

    @Test(arguments: [
        (["jobs", "show", id], "GET /api/v1/jobs/\(id)"),
        (["jobs", "cancel", id.uppercased(), "--json"], "POST /api/v1/jobs/\(id)/cancel"),
        (["jobs", "retry", id, "--force"], #"POST /api/v1/jobs/\#(id)/retry {"force":true}"#),
        (["jobs", "list", "--state", "dead", "--limit", "7"], "GET /api/v1/jobs?state=dead&limit=7"),
        (["tokens", "list", id], "GET /api/v1/users/\(id)/tokens"),
        (["tokens", "revoke", id, id], "DELETE /api/v1/users/\(id)/tokens/\(id)"),
        (
            ["tokens", "create", id, "--name", "ci", "--scope", "jobs:read", "jobs:write"],
            #"POST /api/v1/users/\#(id)/tokens {"name":"ci","scopes":["jobs:read","jobs:write"]}"#
        ),
        (
            ["dead-letters", "list", "--type", "record", "--queue", "mail", "--code", "unknown_kind"],
            "GET /api/v1/dead-letters?type=record&queue=mail&code=unknown_kind&limit=50"
        ),
        (["dead-letters", "show", id], "GET /api/v1/dead-letters/\(id)"),
    ])
    func `ask for what they were told`(arguments: [String], request: String) async throws {
        #expect(try await run(arguments, (200, #"{"items":[],"next_cursor":null}"#)) == [request])
    }

    @Test func `a replay goes on until nothing is left, with the filter and the times of the API`() async throws {
        let requests = try await run(
            ["dead-letters", "replay", "--kind", "mail", "--rate", "5", "--limit", "20000"],
            (
                200,
                #"""
                {"matched":10000,"replayed":10000,"filter":{"kind":"mail","died_before":"T"},\#
                "next_cursor":"c","next_start_at":"S"}
                """#
            ), (200, #"{"matched":1,"replayed":0,"skipped":1,"reasons":{"gone":1},"next_cursor":null}"#))
        let path = "POST /api/v1/dead-letters/replay "
        #expect(
            requests == [
                path + #"{"filter":{"kind":"mail"},"limit":10000,"dry_run":false,"rate":5}"#,
                path
                    + #"{"filter":{"kind":"mail","died_before":"T"},"limit":10000,"dry_run":false,"rate":5,"#
                    + #""start_at":"S","cursor":"c"}"#,
            ])
    }

    @Test func `a replay by id of what is no dead letter fails`() async throws {
        let failure = await #expect(throws: CommandFailure.self) {
            try await run(["dead-letters", "replay", Self.id], (200, #"{"matched":0,"next_cursor":null}"#))
        }
        #expect(failure?.exitCode == 66)
    }

    @Test(arguments: [
        (["dead-letters", "replay"], "say which: ids, filters, or --all"),
        (["dead-letters", "replay", "--all", "--queue", "mail"], "--all goes with no filter"),
        (["dead-letters", "replay", "--all", "--rate", "0"], "--rate must be from 1 to 10000"),
        (["dead-letters", "show", id, "--raw", "--json"], "--raw and --json do not go together"),
        (["jobs", "show", "x"], "The value 'x' is invalid for '<id>'"),
        (["jobs", "list", "--limit", "0"], "--limit must be at least 1"),
    ])
    func `are refused when they make no sense`(arguments: [String], line: String) throws {
        let error = #expect(throws: (any Error).self) { _ = try Millrace.parseAsRoot(arguments) }
        let failure = Failure(try #require(error))
        #expect(failure.line == "millrace: \(line)" && failure.exitCode == 64)
    }

    @Test func `a record is shown with its bytes: as text where they are text`() throws {
        let record = JSONText(
            stored: #"""
                {"id":"1","reason":{"code":"malformed_json","message":"No."},"topic":"t","partition":3,"offset":42,\#
                "timestamp":null,"owner_id":null,"created_at":"T","key":"/wA=","value":"eyJhIjoxfQ==",\#
                "headers":[{"name":"ce_id","value":"MQ=="},{"name":"x","value":null}]}
                """#)
        #expect(
            ShowDeadLetter.lines(of: record) == [
                "id         1", "reason     malformed_json: No.", "place      t[3]@42", "timestamp  -",
                "owner      -", "died       T", "key        base64:/wA=", "header     ce_id: 1", "header     x: -",
                #"value      {"a":1}"#,
            ])
        let letter = JSONText(stored: #"{"type":"record","record":{"value":"/wA="}}"#)
        #expect(ShowDeadLetter.raw(letter) == [0xFF, 0x00])
        #expect(
            ShowDeadLetter.raw(JSONText(stored: #"{"job":{"payload":{ "a":1.0 }}}"#)) == Array(#"{ "a":1.0 }"#.utf8))
    }

    @Test func `what comes from outside cannot speak to the terminal`() {
        var table = Table("A", "B")
        table.add("x\u{1B}[2J", nil)
        table.add("longer than it", "b\nc")
        #expect(table.lines == ["A               B", "x [2J           -", "longer than it  b c"])
    }
}
