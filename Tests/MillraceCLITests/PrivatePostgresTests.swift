import Foundation
import Glibc
import Testing

@testable import MillraceCLI

@Suite(.serialized) struct `A private Postgres` {
    private let environment = ProcessInfo.processInfo.environment

    private func start(_ home: PostgresHome) async throws -> PrivatePostgres {
        try await PrivatePostgres.start(in: home, purpose: .tests, environment: environment) { _ in }
    }

    private func withHome(_ body: (PostgresHome) async throws -> Void) async throws {
        let home = try PostgresHome.temporary()
        defer { home.remove() }
        try await body(home)
    }

    private func query(_ sql: String, _ url: String) async throws {
        let psql = try #require(Programs.find("psql", environment: environment))
        try await ChildProcess.run(
            Launch(
                name: "psql", executable: psql, arguments: ["-XAtqc", sql, url],
                environment: ["PATH": "/usr/bin:/bin"]),
            atMost: .seconds(30))
    }

    @Test func `keeps its data and its password from run to run`() async throws {
        try await withHome { home in
            let first = try await start(home)
            try await query("CREATE TABLE kept (id int)", first.url)
            await first.stop()
            #expect(first.process.status == .exited(0))
            let second = try await start(home)
            try await query("SELECT * FROM kept", second.url)
            await second.stop()
        }
    }

    @Test func `lets nobody in without the password`() async throws {
        try await withHome { home in
            let postgres = try await start(home)
            let url = "postgres://millrace:wrong@127.0.0.1:\(postgres.port)/millrace"
            await #expect(throws: CommandFailure.self) { try await query("SELECT 1", url) }
            #expect(try mode(of: home.path) == 0o700)
            await postgres.stop()
        }
    }

    @Test func `comes back after a kill -9 of its server`() async throws {
        try await withHome { home in
            let first = try await start(home)
            first.process.signal(SIGKILL)
            #expect(await first.process.wait(atMost: .seconds(10)) == .signalled(SIGKILL))
            let second = try await start(home)
            try await query("SELECT 1", second.url)
            await second.stop()
        }
    }

    @Test func `ends a server that an earlier run left behind, and takes over`() async throws {
        try await withHome { home in
            let orphan = try await start(home)
            let next = try await start(home)
            #expect(orphan.process.status == .exited(0))
            #expect(orphan.process.pid != next.process.pid)
            try await query("SELECT 1", next.url)
            await next.stop()
        }
    }

    @Test func `is not deceived by a pid that is somebody else's`() async throws {
        try await withHome { home in
            let first = try await start(home)
            await first.stop()
            let text = "\(getpid())\n\(home.data)\n0\n\(first.port)\n\n\n\nready\n"
            try PrivateFile.write(text, to: home.data + "/postmaster.pid")
            try home.own(home.data + "/postmaster.pid")
            try await PostgresOrphan(home: home).end()
            #expect(kill(getpid(), 0) == 0)
        }
    }

    @Test func `starts over when its directory was left half made`() async throws {
        try await withHome { home in
            try FileManager.default.createDirectory(
                atPath: home.path + "/data.new/base", withIntermediateDirectories: true)
            let postgres = try await start(home)
            try await query("SELECT 1", postgres.url)
            await postgres.stop()
        }
    }

    @Test func `reads what a server says about itself`() {
        let text = "4711\n/srv/data\n1700000000\n5432\n/srv\n127.0.0.1\n  1 2\nready   \n"
        let file = PostmasterFile(text: text)
        #expect(file?.pid == 4711)
        #expect(file?.dataDirectory == "/srv/data")
        #expect(file?.status == "ready")
        #expect(PostmasterFile(text: "") == nil)
        #expect(PostmasterFile(text: "1\n/srv/data\n") == nil)
    }
}
