import Foundation
import Testing

/// An API and a consumer whose clocks are hours fast, and a consumer whose clock is hours slow: every time that matters
/// is the database's.
@Suite(.wrongClocks, .serialized)
struct ClockTests {
    @Test func `a job waits for its time, and expires at its time, as the database counts`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        try await stack.addConsumer(settings: wrongClock(-2))
        for program in await stack.consumers + [stack.api] {
            // What it has loaded: one whose time is right would show nothing.
            try await Command(program: "grep", arguments: ["-q", "libWrongClock", "/proc/\(program.pid)/maps"])
                .succeed()
        }
        let (soon, later) = (try await stack.time(in: 2), try await stack.time(in: 60))
        let waiting = try await client.submit(#"{"kind":"noop","run_at":"\#(soon)"}"#)
        #expect(try await client.get("/api/v1/jobs/\(waiting)").string("state") == "scheduled")
        // Long past for a clock that is fast.
        let current = try await client.submit(#"{"kind":"noop","expires_at":"\#(later)"}"#)
        _ = try await client.post("/api/v1/queues/still/pause")
        let expiring = try await client.submit(#"{"kind":"noop","queue":"still","expires_at":"\#(soon)"}"#)
        #expect(try await client.settled(current).string("state") == "succeeded")
        #expect(try await client.settled(waiting, within: 15).string("state") == "succeeded")
        #expect(try await client.settled(expiring, within: 15).string("state") == "expired")
        let lateness = try await stack.rows(
            "SELECT extract(epoch FROM started_at - run_at) FROM jobs WHERE id = '\(waiting)'"
        ).first.flatMap(Double.init)
        #expect((0..<8).contains(try #require(lateness)))
        let age = try await stack.rows(
            "SELECT extract(epoch FROM now() - created_at) FROM jobs WHERE id = '\(waiting)'"
        ).first.flatMap(Double.init)
        #expect((0..<60).contains(try #require(age)))
    }

    @Test func `nobody takes over what is running, and what a dead consumer ran is taken over soon`() async throws {
        let stack = try localStack()
        let client = try deployment().client
        try await stack.addConsumer(settings: wrongClock(-2))
        // Longer than two leases of 4 s.
        let long = try await client.submit(#"{"kind":"sleep","payload":{"ms":9000}}"#)
        let job = try await client.settled(long, within: 40)
        #expect(job.string("state") == "succeeded" && (job.object["attempt"] as? NSNumber) == 1, "\(job.text)")

        let orphaned = try await client.submit(#"{"kind":"sleep","payload":{"ms":3000}}"#)
        try await eventually("the job runs") {
            try await client.get("/api/v1/jobs/\(orphaned)").string("state") == "running"
        }
        let holder = try await stack.rows("SELECT consumer FROM jobs WHERE id = '\(orphaned)'").first ?? ""
        let victim = try #require(await stack.consumers.first { holder.hasSuffix("-\($0.pid)") }, "\(holder)")
        await victim.crash()
        await stack.remove(victim)
        let recovered = try await client.settled(orphaned, within: 20)
        #expect(recovered.string("state") == "succeeded", "\(recovered.text)")
        #expect((recovered.object["lost_leases"] as? NSNumber) == 1, "\(recovered.text)")
    }
}

/// A time of day so many hours fast, for a process that is started with these settings.
private func wrongClock(_ hours: Int) -> [String: String] {
    let library = ServerProcess.binaries.appending(path: "libWrongClock.so").path
    return ["LD_PRELOAD": library, "WRONG_CLOCK_SECONDS": String(hours * 3600)]
}

extension LocalStack {
    /// The database's time so many seconds from now, as requests spell it.
    fileprivate func time(in seconds: Int) async throws -> String {
        let time = try await rows(
            "SELECT to_char(now() AT TIME ZONE 'UTC' + interval '\(seconds) s', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
        return try #require(time.first)
    }
}

extension Trait where Self == LocalStackTrait {
    /// A stack of programs whose clocks are three hours fast; the database and the broker are right.
    fileprivate static var wrongClocks: Self { Self(settings: wrongClock(3)) }
}
