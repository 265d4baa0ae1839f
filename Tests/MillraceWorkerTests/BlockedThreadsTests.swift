import FoundationEssentials
import Glibc
import MillraceDomain
import Synchronization
import TestKit
import Testing

@testable import MillraceWorker

private enum BlockedThreads {
    /// Set in the process that is for them.
    static let variable = "MILLRACE_TEST_BLOCKED_THREADS"
}

@Suite(.timeLimit(.minutes(2))) struct `Blocked threads` {
    @Test func `leases are kept, and handlers told, whatever handlers do to the threads that all share`() async throws {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let command = CommandTarget(
            path: "/usr/bin/env",
            arguments: [
                "\(BlockedThreads.variable)=1", tests, "--testing-library", "swift-testing", "--filter",
                "BlockedThreadScenes",
            ])
        let scenes = CommandHandler(target: command, settings: CommandSettings())
        #expect(await scenes.attempt(.running("c", timeout: .seconds(100))) == .succeeded(nil))
    }
}

/// Handlers that block every thread that Swift's tasks share: run in a process of their own, lest they hold up every
/// other test. Their own bodies do not go on meanwhile either: what happened is looked at afterwards.
@Suite(.enabled(if: getenv(BlockedThreads.variable) != nil), .serialized) struct BlockedThreadScenes {
    /// When each renewal was asked for.
    private final class TimedLeases: JobLeases {
        let inner: WatchedLeases
        let renewals = Recorder<ContinuousClock.Instant>()

        init(_ inner: WatchedLeases) { self.inner = inner }

        func claim(_ ids: [JobID], limit: Int, terms: LeaseTerms) async throws(DomainError) -> [ClaimedJob] {
            try await inner.claim(ids, limit: limit, terms: terms)
        }

        func sweep(limit: Int, terms: LeaseTerms) async throws(DomainError) -> SweepResult {
            try await inner.sweep(limit: limit, terms: terms)
        }

        func renew(_ leases: [Lease], terms: LeaseTerms) async throws(DomainError) -> [LeaseStanding] {
            renewals.record(.now)
            return try await inner.renew(leases, terms: terms)
        }

        func finish(_ completions: [JobCompletion]) async throws(DomainError) -> [FinishOutcome] {
            try await inner.finish(completions)
        }

        func report(_ progress: [(lease: Lease, progress: JobProgress)]) async throws(DomainError) {
            try await inner.report(progress)
        }
    }

    /// Longer than a lease of one second.
    private static let blocking: UInt32 = 2_000_000

    @Test func `leases are renewed all the time that handlers block every shared thread`() async throws {
        var rig = try await WorkerRig()
        rig.settings.lease = .seconds(1)
        let count = ProcessInfo.processInfo.activeProcessorCount * 2
        rig.settings.concurrency = count
        let spans = Recorder<(from: ContinuousClock.Instant, to: ContinuousClock.Instant, stopped: Bool)>()
        let probe = ProbeHandler { _, _ in
            let began = ContinuousClock.now
            usleep(Self.blocking)
            spans.record((began, .now, Task.isCancelled))
            return .succeeded
        }
        let leases = TimedLeases(rig.leases)
        var jobs: [JobID] = []
        for _ in 0..<count { jobs.append(try await rig.submit()) }
        try await rig.run(probe, leases: leases) { _ in
            rig.assign()
            rig.dispatch(jobs)
            try await spans.wait(forCount: count, within: .seconds(40))
        }
        for span in spans.elements {
            let times = leases.renewals.elements.filter { (span.from...span.to).contains($0) }
            let moments = [span.from] + times + [span.to]
            let longest = zip(moments, moments.dropFirst()).map { $1 - $0 }.max() ?? .seconds(60)
            #expect(longest < rig.settings.lease - rig.settings.leaseMargin)
            #expect(!span.stopped)
        }
        #expect(try await rig.store.states(of: jobs).values.allSatisfy { $0 == .succeeded })
    }

    @Test func `a blocked handler hears in time that its lease could not be renewed`() async throws {
        var rig = try await WorkerRig()
        rig.settings.lease = .seconds(1)
        let count = ProcessInfo.processInfo.activeProcessorCount * 2
        rig.settings.concurrency = count
        let heard = Recorder<Duration?>()
        let probe = ProbeHandler { _, _ in
            let began = ContinuousClock.now
            while !Task.isCancelled, ContinuousClock.now - began < .seconds(5) { usleep(1000) }
            heard.record(Task.isCancelled ? ContinuousClock.now - began : nil)
            return .succeeded
        }
        rig.leases.fail("renew", with: Array(repeating: .unavailable, count: 10_000))
        var jobs: [JobID] = []
        for _ in 0..<count { jobs.append(try await rig.submit()) }
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch(jobs)
            try await heard.wait(forCount: count, within: .seconds(40))
        }
        // Within the lease, counted from a moment before the claim, so from the start all the more.
        #expect(heard.elements.allSatisfy { $0.map { $0 < .seconds(1) } ?? false })
    }

    @Test func `a job past its time limit is not renewed for ever by threads that cannot end it`() async throws {
        var rig = try await WorkerRig()
        rig.settings.lease = .seconds(1)
        rig.settings.cancelGrace = .milliseconds(100)
        let count = ProcessInfo.processInfo.activeProcessorCount * 2
        rig.settings.concurrency = count
        let ends = Recorder<ContinuousClock.Instant>()
        let probe = ProbeHandler { _, _ in
            usleep(3_500_000)
            ends.record(.now)
            return .succeeded
        }
        let leases = TimedLeases(rig.leases)
        var jobs: [JobID] = []
        for _ in 0..<count { jobs.append(try await rig.submit(timeout: .milliseconds(100))) }
        try await rig.run(probe, leases: leases) { _ in
            rig.assign()
            rig.dispatch(jobs)
            try await ends.wait(forCount: 1, within: .seconds(40))
        }
        // Given up 1.2 s after the start of a handler that blocks for 3.5 s.
        let end = try #require(ends.elements.min())
        #expect(leases.renewals.elements.allSatisfy { $0 < end - .seconds(1) || $0 > end })
    }
}
