import Foundation
import Testing

@testable import MillraceCLI

@Suite struct `The environment file` {
    let file = EnvironmentFile(values: [
        ("BASE_URL", "http://127.0.0.1:8080"),
        ("DATABASE_URL", "postgres://u:p@127.0.0.1:5432/db?sslmode=disable&x=1"),
        ("TOKEN", "it's $HOME `id`"),
    ])

    @Test func `has a plain line for a value, and quotes where a shell would read more`() {
        #expect(
            file.text == """
                BASE_URL=http://127.0.0.1:8080
                DATABASE_URL='postgres://u:p@127.0.0.1:5432/db?sslmode=disable&x=1'
                TOKEN='it'\\''s $HOME `id`'

                """)
    }

    @Test func `is for its owner only, and whole or not there`() async throws {
        try await withScratchDirectory { directory in
            let path = directory + "/env"
            try file.write(to: path)
            try file.write(to: path)
            #expect(try mode(of: path) == 0o600)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == file.text)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["env"])
        }
    }

    @Test func `gives a shell the very values`() async throws {
        try await withScratchDirectory { directory in
            let path = directory + "/env"
            try file.write(to: path)
            let said = CapturedLines()
            let launch = Launch(
                name: "sh", executable: "/bin/sh", arguments: ["-c", #". "$0"; echo "$TOKEN|$DATABASE_URL""#, path],
                output: .lines { said.append($0) })
            let shell = try await ChildProcess.start(launch)
            #expect(await shell.wait(atMost: .seconds(10)) == .exited(0))
            await shell.waitForOutput()
            #expect(said.joined == "it's $HOME `id`|postgres://u:p@127.0.0.1:5432/db?sslmode=disable&x=1")
        }
    }
}
