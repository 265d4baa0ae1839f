import FoundationEssentials
import Glibc
import MillraceDomain
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Binding commands` {
    /// Nobody has this number: what runs under it is the test's own.
    private static let stranger = UInt32(1_800_000_000) + UInt32(getpid())
    private static let becomesOthers: Comment = "Only root may start processes as other users."

    private func shell(
        _ script: String, _ limits: CommandLimits = CommandLimits(), as user: CommandUser? = nil
    ) -> CommandHandler {
        let target = CommandTarget(path: "/bin/sh", arguments: ["-c", script], limits: limits, user: user)
        return CommandHandler(target: target, settings: CommandSettings(grace: .milliseconds(200)))
    }

    private func scratch() -> String {
        FileManager.default.temporaryDirectory.appending(path: "limits-\(UInt64.random(in: 0...UInt64.max))").path
    }

    @Test func `a command that burns processor time is ended, and the job says so`() async {
        let burner = shell("while :; do :; done", CommandLimits(cpuSeconds: 1))
        let failure = await burner.attempt(.running("c")).failure
        #expect(failure?.code == "cpu_limit")
        #expect(failure?.message.hasPrefix("The command has used up its processor time.") == true)
    }

    @Test func `one that will not hear of it is killed a second later`() async {
        let burner = shell("trap '' XCPU; while :; do :; done", CommandLimits(cpuSeconds: 1))
        #expect(await burner.attempt(.running("c")).failure?.code == "signal_9")
    }

    @Test func `a command gets no more memory than it may have`() async {
        let keep = "head -c 90000000 /dev/zero | tail -c 90000000 | wc -c"
        #expect(await shell(keep).attempt(.running("c")).result?.integer == 90_000_000)
        let greedy = shell("\(keep) && exit 3", CommandLimits(memoryBytes: 64 << 20))
        let outcome = await greedy.attempt(.running("c"))
        #expect(outcome.failure?.message.contains("memory") == true, "\(outcome)")
    }

    @Test func `a command that writes too large a file is ended, and the job says so`() async throws {
        let path = scratch()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = shell("exec head -c 2000000 /dev/zero > \(path)", CommandLimits(fileBytes: 1_000_000))
        #expect(await writer.attempt(.running("c")).failure?.code == "file_limit")
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        #expect(size == 1_000_000)
    }

    @Test func `a command opens no more files than it may`() async {
        let paste = "paste \(Array(repeating: "/dev/null", count: 20).joined(separator: " "))"
        #expect(await shell(paste, CommandLimits(openFiles: 40)).attempt(.running("c")).isSuccess)
        let failure = await shell(paste, CommandLimits(openFiles: 10)).attempt(.running("c")).failure
        #expect(failure?.code == "exit_1")
        #expect(failure?.message.contains("Too many open files") == true)
    }

    @Test(.enabled(if: geteuid() == 0, becomesOthers))
    func `a command that multiplies is stopped at its number, and nothing of it stays`() async throws {
        let bomb = "i=0; while [ $i -lt 200 ]; do sleep 60 & i=$((i+1)); echo $i >&2; done"
        let user = CommandUser.ids(user: Self.stranger, group: Self.stranger, groups: [])
        let failure = await shell(bomb, CommandLimits(processes: 20), as: user).attempt(.running("c")).failure
        let message = try #require(failure?.message)
        #expect(failure?.code == "exit_2")
        #expect(message.contains("Cannot fork"), "\(message)")
        #expect(message.contains("\n19\n") && !message.contains("\n20\n"), "\(message)")
        #expect(try await processes(of: Self.stranger) == 0)
    }

    @Test(.enabled(if: geteuid() == 0, becomesOthers), arguments: [CommandLimits(), CommandLimits(openFiles: 64)])
    func `a command runs as its user, with its groups and no others, and stays it`(limits: CommandLimits) async {
        let user = CommandUser.ids(user: Self.stranger + 1, group: 1_800_000_001, groups: [1_800_000_002])
        let facts = #"printf '"%s"' "$(id -u):$(id -g):$(id -G):$(grep -c '^NoNewPrivs:.1$' /proc/self/status)""#
        let result = await shell(facts, limits, as: user).attempt(.running("c")).result?.string
        #expect(result == "\(Self.stranger + 1):1800000001:1800000001 1800000002:1")
    }

    @Test(.enabled(if: geteuid() == 0, becomesOthers))
    func `a command of another user is ended like any other`() async throws {
        let number = Self.stranger + 2
        let stubborn = shell(
            "trap '' TERM; sleep 60 & sleep 60", as: .ids(user: number, group: number, groups: []))
        #expect(await stubborn.attempt(.running("c", timeout: .milliseconds(300))).failure?.code == "timeout")
        #expect(try await processes(of: number) == 0)
    }

    @Test func `limits leave the command's own words, input, result and process as they are`() async {
        let limits = CommandLimits(
            cpuSeconds: 10, memoryBytes: 1 << 40, fileBytes: 0, openFiles: 32, processes: 1_000_000)
        let words = CommandTarget(path: "/usr/bin/printf", arguments: ["\"%s\"", "--cpu=1 $HOME"], limits: limits)
        let echo = CommandHandler(target: words, settings: CommandSettings())
        #expect(await echo.attempt(.running("c")).result?.string == "--cpu=1 $HOME")
        #expect(await shell("cat", limits).attempt(.running("c", payload: "[1]")).result?.text == "[1]")
        let told = #"printf '"%s"' "$(ulimit -t) $(ulimit -f) $(ulimit -n) $(ulimit -c)""#
        #expect(await shell(told, limits).attempt(.running("c")).result?.string == "10 0 32 0")
        #expect(await shell("exit 75", limits).attempt(.running("c")).failure?.code == "exit_75")
        #expect(await shell("kill -9 $$", limits).attempt(.running("c")).failure?.code == "signal_9")
    }

    @Test func `a limited command that cannot run is not taken for one that failed`() async {
        let limits = CommandLimits(openFiles: 32)
        let absent = CommandTarget(path: "/nowhere/at/all", arguments: [], limits: limits)
        let failure = await CommandHandler(target: absent, settings: CommandSettings()).attempt(.running("c")).failure
        #expect(failure?.code == "command_not_run")
        #expect(failure?.message.contains("/nowhere/at/all") == true)
    }

    @Test func `a user that was not looked up is nobody`() async {
        let failure = await shell("exit 0", as: .unresolved("root")).attempt(.running("c")).failure
        #expect(failure?.code == "invalid_command" && failure?.isRetryable == false)
    }

    /// How many processes run as this user, as soon as there is none, or at last.
    private func processes(of user: UInt32) async throws -> Int {
        var left = 0
        for _ in 0..<100 {
            left = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { entry in
                let status = FileManager.default.contents(atPath: "/proc/\(entry)/status") ?? Data()
                return String(decoding: status, as: UTF8.self).contains("\nUid:\t\(user)\t")
            }.count
            if left == 0 { return 0 }
            // An orphan is gone a moment after it was killed.
            try await ContinuousClock().sleep(for: .milliseconds(20))
        }
        return left
    }
}
