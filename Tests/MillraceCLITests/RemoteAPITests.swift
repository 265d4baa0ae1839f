import MillraceDomain
import NIOHTTP1
import Testing

@testable import MillraceCLI

@Suite(.timeLimit(.minutes(1))) struct `The API from the command line` {
    @Test func `is asked with the token, and its values are encoded`() async throws {
        try await ScriptedAPI.with((200, "{}")) { api, script in
            try await api.send(.GET, "/jobs", query: [("tag", "a b&c/é"), ("state", nil)])
            #expect(
                script.requests == [
                    .init(line: "GET /api/v1/jobs?tag=a%20b%26c%2F%C3%A9", authorization: "Bearer mr_secret", body: "")
                ])
        }
    }

    @Test func `lists page by page, as many as asked for`() async throws {
        try await ScriptedAPI.with(
            (200, #"{"items":[1,2],"next_cursor":"c+1"}"#), (200, #"{"items":[3,4],"next_cursor":"c2"}"#)
        ) { api, script in
            var items: [String] = []
            try await api.items("/jobs", query: [("queue", "mail")], limit: 3) { items.append($0.text) }
            #expect(items == ["1", "2", "3"])
            #expect(
                script.requests.map(\.line) == [
                    "GET /api/v1/jobs?queue=mail&limit=3", "GET /api/v1/jobs?queue=mail&limit=1&cursor=c%2B1",
                ])
        }
    }

    @Test(arguments: [
        (400, 65), (401, 77), (403, 77), (404, 66), (408, 75), (409, 65), (422, 65), (429, 75), (500, 70),
        (503, 75), (302, 76),
    ])
    func `says what is wrong, and scripts see the sort of it`(status: Int, code: Int32) async throws {
        let problem = #"""
            {"title":"Bad","detail":"It is bad.","code":"a_code",\#
            "errors":[{"pointer":"/limit","detail":"must be less"}]}
            """#
        try await ScriptedAPI.with((status, problem)) { api, script in
            let failure = await #expect(throws: CommandFailure.self) { try await api.send(.GET, "/jobs") }
            #expect(failure?.exitCode == code)
            #expect(failure?.description == "It is bad. (a_code); /limit: must be less")
            // A redirect is not followed: the token is for this server.
            #expect(script.requests.count == 1)
        }
    }

    @Test func `that answers something else is not understood`() async throws {
        try await ScriptedAPI.with((200, "<html>"), (502, "<html>")) { api, _ in
            let odd = await #expect(throws: CommandFailure.self) { try await api.send(.GET, "/jobs").object() }
            #expect(odd == CommandFailure("the answer is not understood", exitCode: 76))
            let failed = await #expect(throws: CommandFailure.self) { try await api.send(.GET, "/jobs") }
            #expect(failed == CommandFailure("the API answered 502", exitCode: 70))
        }
    }

    @Test func `that does not listen is unavailable`() async throws {
        let base = "http://127.0.0.1:\(try FreePort.find())"
        let failure = await #expect(throws: CommandFailure.self) {
            try await RemoteAPI.with(base: base, token: "t") { try await $0.send(.GET, "/jobs") }
        }
        #expect(failure?.exitCode == 69)
        #expect(failure?.description.hasPrefix("\(base) cannot be reached") == true)
    }

    @Test func `must be an HTTP address`() async throws {
        let failure = await #expect(throws: CommandFailure.self) {
            try await RemoteAPI.with(base: "ftp://x", token: "t") { _ in }
        }
        #expect(failure?.exitCode == 78)
    }
}
