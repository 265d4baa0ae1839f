import Foundation
import Testing

/// An import that is killed in the middle leaves nothing, and the run that succeeds imports everything: seen in the
/// result, which counts as created only what was not there before.
@Suite(.localStack, .serialized)
struct ImportCrashTests {
    @Test func `users are imported exactly once by consumers that are killed in the middle of it`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        let (imports, lines) = (3, 5000)
        let blocker = try await stack.block(
            "INSERT INTO users (id, email, email_key, name, created_at, updated_at) "
                + "VALUES (gen_random_uuid(), 'u4000@0.crash.example', 'u4000@0.crash.example', 'x', now(), now()), "
                + "(gen_random_uuid(), 'u4000@1.crash.example', 'u4000@1.crash.example', 'x', now(), now())")
        var ids: [String] = []
        for number in 0..<imports {
            let users = (1...lines).map { #"{"email":"u\#($0)@\#(number).crash.example","name":"User \#($0)"}"# }
            try await stack.write(users.joined(separator: "\n"), to: "crash-\(number).ndjson")
            ids.append(
                try await client.submit(#"{"kind":"users.import","payload":{"file":"crash-\#(number).ndjson"}}"#))
        }
        // The last import has nobody in its way: it is done whenever its consumer lives long enough.
        for _ in 0..<2 {
            let victim = try #require(await stack.consumers.first)
            try await eventually(within: 40, "two imports wait in the middle of their writes") {
                try await stack.rows(Self.waiting) == ["2"]
            }
            await victim.crash()
            await stack.remove(victim)
            #expect(try await stack.rows(Self.count(of: 0)) == ["0"])
            #expect(try await stack.rows(Self.count(of: 1)) == ["0"])
            try await eventually("the dead sessions are gone") { try await stack.rows(Self.waiting) == ["0"] }
            try await stack.addConsumer()
        }
        try await stack.unblock(blocker)
        for (number, id) in ids.enumerated() {
            let job = try await client.settled(id, within: 60)
            #expect(job.string("state") == "succeeded", "\(job.text)")
            #expect(job.text.contains(#""created":\#(lines),"updated":0,"unchanged":0"#), "\(job.text)")
            #expect(try await stack.rows(Self.count(of: number)) == ["\(lines)"])
            let attempts = try await client.get("/api/v1/jobs/\(id)/attempts").items
            let outcomes = attempts.compactMap { $0["outcome"] as? String }
            #expect(outcomes.filter { $0 == "succeeded" }.count == 1)
            if number < 2 { #expect(outcomes == ["lost", "lost", "succeeded"]) }
        }
    }

    private static let waiting = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'millrace' AND wait_event_type = 'Lock'
          AND query LIKE '%INSERT INTO users%'
        """

    private static func count(of number: Int) -> String {
        "SELECT count(*) FROM users WHERE email LIKE '%@\(number).crash.example'"
    }
}
