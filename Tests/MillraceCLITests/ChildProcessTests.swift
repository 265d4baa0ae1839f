import Glibc
import Testing

@testable import MillraceCLI

@Suite struct `A child process` {
    private func shell(_ script: String, _ said: CapturedLines = CapturedLines()) -> Launch {
        Launch(
            name: "sh", executable: "/bin/sh", arguments: ["-c", script],
            environment: ["PATH": "/usr/bin:/bin", "GREETING": "hello"], output: .lines { said.append($0) })
    }

    @Test func `hands on what it says and how it ended`() async throws {
        let said = CapturedLines()
        let child = try await ChildProcess.start(shell("echo $GREETING; echo there >&2; exit 7", said))
        #expect(await child.wait(atMost: .seconds(10)) == .exited(7))
        await child.waitForOutput()
        #expect(said.joined == "hello / there")
    }

    @Test func `has no environment, descriptor or ignored signal of ours`() async throws {
        let said = CapturedLines()
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        let child = try await ChildProcess.start(
            shell("ls /proc/self/fd | wc -l; env | grep -c HOME; grep SigIgn /proc/self/status", said))
        _ = await child.wait(atMost: .seconds(10))
        await child.waitForOutput()
        // Three descriptors, and the directory that `ls` is reading.
        #expect(said.joined.hasPrefix("4 / 0 / SigIgn:"))
        // Signals 32 and 33 are the C library's own.
        #expect(said.joined.hasSuffix("0000000"))
    }

    @Test func `that ignores TERM is killed with all it started`() async throws {
        let said = CapturedLines()
        let script = "trap '' TERM; sleep 600 & echo $!; while :; do wait; done"
        let child = try await ChildProcess.start(shell(script, said))
        let grandchild = try await Self.firstLine(of: said)
        #expect(await child.stop(grace: .milliseconds(200)) == .signalled(SIGKILL))
        let pid = try #require(pid_t(grandchild))
        #expect(await Self.eventually { kill(pid, 0) != 0 || Self.isZombie(pid) })
    }

    @Test func `is waited for by a cancelled task no longer`() async throws {
        let child = try await ChildProcess.start(shell("sleep 600"))
        let waiting = Task { await child.wait() }
        waiting.cancel()
        #expect(await waiting.value == nil)
        #expect(await child.stop(grace: .seconds(5)) == .signalled(SIGTERM))
    }

    @Test func `that cannot be started is named`() async throws {
        let child = try await ChildProcess.start(
            Launch(name: "nothing", executable: "/nowhere/nothing", output: .lines { _ in }))
        #expect(await child.wait(atMost: .seconds(10)) == .exited(127))
    }

    @Test func `is started again when it ends by itself`() async throws {
        let said = CapturedLines()
        let supervised = SupervisedProcess(shell("echo up; exit 3"), grace: .seconds(1)) { said.append($0) }
        try await supervised.running {
            #expect(await Self.eventually { supervised.isHopeless })
        }
        #expect(said.joined.hasPrefix("sh ended unexpectedly (exit status 3); starting it again in 0.5 seconds"))
    }

    private static func firstLine(of said: CapturedLines) async throws -> String {
        #expect(await eventually { !said.joined.isEmpty })
        return said.joined
    }

    private static func isZombie(_ pid: pid_t) -> Bool {
        PrivateFile.read("/proc/\(pid)/stat")?.contains(") Z ") == true
    }

    /// Looks again and again until a condition of the system outside holds, for ten seconds at most.
    static func eventually(_ condition: () -> Bool) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            if condition() { return true }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return condition()
    }
}
