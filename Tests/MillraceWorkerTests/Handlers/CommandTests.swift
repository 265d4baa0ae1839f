import FoundationEssentials
import Glibc
import MillraceDomain
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Running commands` {
    private func shell(_ script: String, _ settings: CommandSettings = CommandSettings()) -> CommandHandler {
        CommandHandler(target: CommandTarget(path: "/bin/sh", arguments: ["-c", script]), settings: settings)
    }

    @Test func `the payload comes in on standard input and JSON on standard output is the result`() async {
        let payload = #"{ "z":1.0e0,"é":"😀" }"#
        let handler = CommandHandler(
            target: CommandTarget(path: "/bin/cat", arguments: []), settings: CommandSettings())
        #expect(await handler.attempt(.running("c", payload: payload)) == .succeeded(JSONText(stored: payload)))
    }

    @Test func `a large payload passes, and one that nobody reads does no harm`() async {
        let payload = "\"" + String(repeating: "x", count: 250_000) + "\""
        #expect(await shell("printf %s $(wc -c)").attempt(.running("c", payload: payload)).result?.integer == 250_002)
        #expect(await shell("exit 0").attempt(.running("c", payload: payload)) == .succeeded(nil))
        #expect(await shell("exec <&-; sleep 0.05").attempt(.running("c", payload: payload)) == .succeeded(nil))
    }

    @Test func `arguments are not read by a shell`() async {
        let handler = CommandHandler(
            target: CommandTarget(path: "/usr/bin/printf", arguments: ["\"%s\"", "$(id); `id` $HOME *"]),
            settings: CommandSettings())
        #expect(await handler.attempt(.running("c")).result?.string == "$(id); `id` $HOME *")
    }

    @Test func `the environment holds the facts of the job and a path, nothing else`() async throws {
        setenv("MILLRACE_TEST_SECRET", "secret", 1)
        let handler = CommandHandler(
            target: CommandTarget(path: "/usr/bin/env", arguments: ["-0"]), settings: CommandSettings())
        let job = Job.running("mail.send", attempt: 4)
        #expect(
            handler.environment(of: job) == [
                "PATH": "/usr/local/bin:/usr/bin:/bin", "MILLRACE_JOB_ID": job.id.description,
                "MILLRACE_KIND": "mail.send", "MILLRACE_QUEUE": "mail", "MILLRACE_ATTEMPT": "4",
                "MILLRACE_OWNER_ID": job.ownerID.description,
            ])
        #expect(await shell("printf %s $(env | grep -c SECRET)").attempt(job).result?.integer == 0)
        #expect(await shell("printf '\"%s\"' $MILLRACE_KIND").attempt(job).result?.string == "mail.send")
    }

    @Test func `descriptors of the worker are closed`() async throws {
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        #expect(descriptor > 2)
        let open = "printf '%s' $(ls /proc/self/fd | grep -c -v '^[012]$')"
        // The listing itself holds one open.
        #expect(await shell(open).attempt(.running("c")).result?.integer == 1)
    }

    @Test func `exit codes decide`() async {
        #expect(await shell("exit 0").attempt(.running("c")) == .succeeded(nil))
        let temporary = await shell("exit 75").attempt(.running("c")).failure
        #expect(temporary?.code == "exit_75" && temporary?.isRetryable == true)
        let other = await shell("echo oops >&2; exit 3").attempt(.running("c")).failure
        #expect(other?.code == "exit_3" && other?.isRetryable == false)
        #expect(other?.message == "The command exited with 3. oops\n")
        let lenient = await shell("exit 3", CommandSettings(retriesOtherExits: true)).attempt(.running("c")).failure
        #expect(lenient?.isRetryable == true)
        let killed = await shell("kill -9 $$").attempt(.running("c")).failure
        #expect(killed?.code == "signal_9" && killed?.isRetryable == true)
    }

    @Test func `a program that is not there or not absolute does not run`() async {
        let settings = CommandSettings()
        let absent = CommandHandler(target: CommandTarget(path: "/nowhere/at/all", arguments: []), settings: settings)
        #expect(await absent.attempt(.running("c")).failure?.code == "command_not_run")
        let relative = CommandHandler(target: CommandTarget(path: "bin/true", arguments: []), settings: settings)
        #expect(await relative.attempt(.running("c")).failure?.isRetryable == false)
        let odd = CommandHandler(target: CommandTarget(path: "/bin/echo", arguments: ["a\0b"]), settings: settings)
        #expect(await odd.attempt(.running("c")).failure?.isRetryable == false)
    }

    @Test func `output that is no result is passed over, however much there is`() async {
        #expect(await shell("echo done").attempt(.running("c")) == .succeeded(nil))
        #expect(await shell("head -c 5000000 /dev/zero").attempt(.running("c")) == .succeeded(nil))
        #expect(await shell("head -c 5000000 /dev/zero >&2").attempt(.running("c")) == .succeeded(nil))
        let long = await shell("head -c 100000 /dev/zero | tr '\\0' x >&2; echo end >&2; exit 1").attempt(.running("c"))
        #expect(long.failure?.message.hasSuffix("xxend\n") == true)
    }

    @Test func `a command that runs too long is ended with all its children`() async throws {
        let marker = "\(3600 + Int(getpid() % 1000)).\(UInt32.random(in: 0...UInt32.max))"
        let script = "sleep \(marker) & sleep \(marker); wait"
        let outcome = await shell(script).attempt(.running("c", timeout: .milliseconds(200)))
        #expect(outcome.failure?.code == "timeout")
        #expect(try await count(marker) == 0)
    }

    @Test func `a command and children that ignore being asked are killed after the grace`() async throws {
        let marker = "\(5000 + Int(getpid() % 1000)).\(UInt32.random(in: 0...UInt32.max))"
        let script = "trap '' TERM; sleep \(marker) & while true; do sleep \(marker); done"
        let settings = CommandSettings(grace: .milliseconds(200))
        let outcome = await shell(script, settings).attempt(.running("c", timeout: .milliseconds(200)))
        #expect(outcome.failure?.code == "timeout")
        #expect(try await count(marker) == 0)
    }

    @Test func `what a command leaves behind is killed when it ends`() async throws {
        let marker = "\(7000 + Int(getpid() % 1000)).\(UInt32.random(in: 0...UInt32.max))"
        #expect(await shell("sleep \(marker) & exit 0").attempt(.running("c")) == .succeeded(nil))
        #expect(try await count(marker) == 0)
    }

    @Test func `a command may end well when it is stopped, the attempt does not count all the same`() async throws {
        let flag = FileManager.default.temporaryDirectory.appending(path: "ready-\(UInt64.random(in: 0...UInt64.max))")
        defer { try? FileManager.default.removeItem(at: flag) }
        let handler = shell("trap 'exit 0' TERM; : > \(flag.path); sleep 3600 & wait")
        let task = Task { await handler.attempt(.running("c")) }
        while !FileManager.default.fileExists(atPath: flag.path) { await Task.yield() }
        task.cancel()
        #expect(await task.value == .stopped)
    }

    /// How many processes have this word among their arguments, as soon as there is none, or at last.
    private func count(_ word: String) async throws -> Int {
        var left = 0
        for _ in 0..<100 {
            left = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { entry in
                let arguments = FileManager.default.contents(atPath: "/proc/\(entry)/cmdline") ?? Data()
                return String(decoding: arguments, as: UTF8.self).contains(word)
            }.count
            if left == 0 { return 0 }
            // An orphan is gone a moment after it was killed.
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
        return left
    }
}
