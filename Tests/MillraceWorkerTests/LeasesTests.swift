import Glibc
import MillraceDomain
import Synchronization
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Keeping leases` {
    @Test func `the leases of all running jobs are renewed in one statement`() async throws {
        let rig = try await WorkerRig()
        let gate = Gate()
        let probe = ProbeHandler { _, _ in
            await gate.pass()
            return .succeeded
        }
        let jobs = [try await rig.submit(), try await rig.submit(), try await rig.submit()]
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch(jobs)
            try await rig.leases.calls.wait { $0.renewals.contains { Set($0.map(\.jobID)) == Set(jobs) } }
            gate.open()
        }
    }

    @Test func `a lost lease stops the handler and its outcome changes nothing`() async throws {
        let rig = try await WorkerRig()
        let probe = ProbeHandler.endless
        let id = try await rig.submit()
        rig.leases.fail("sweep", with: Array(repeating: .unavailable, count: 1000))
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id])
            try await probe.started.wait(forCount: 1)
            // Another process finds the lease ended; a renewal may come in between.
            let other = LeaseTerms(consumer: "other")
            repeat {
                rig.clock.advance(by: .seconds(30))
            } while try await rig.store.sweep(
                limit: 10, terms: other
            ).recovered == 0
            try await probe.stopped.wait(forCount: 1)
        }
        #expect(rig.leases.calls.elements.finishes.isEmpty)
        #expect(try await rig.job(id).lostLeases == 1)
    }

    @Test func `an outcome under a stale lease changes nothing`() async throws {
        let rig = try await WorkerRig()
        let gate = Gate()
        let probe = ProbeHandler { _, _ in
            await gate.pass()
            return .succeeded
        }
        let id = try await rig.submit()
        for call in ["renew", "sweep"] { rig.leases.fail(call, with: Array(repeating: .unavailable, count: 1000)) }
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id])
            try await probe.started.wait(forCount: 1)
            rig.clock.advance(by: .seconds(11))
            let other = LeaseTerms(consumer: "other")
            #expect(try await rig.store.sweep(limit: 1, terms: other).recovered == 1)
            #expect(try await rig.store.claim([id], limit: 1, terms: other).count == 1)
            gate.open()
            try await rig.leases.finished.wait { $0.contains(.stale) }
        }
        #expect(try await rig.job(id).state == .running)
    }

    /// As in a process that stands still between the store's answer and the start.
    @Test func `a job whose lease has ended before its start is given back`() async throws {
        var rig = try await WorkerRig()
        rig.settings.lease = .seconds(1)
        rig.leases.claimGate.close()
        rig.leases.fail("renew", with: Array(repeating: .unavailable, count: 1000))
        let probe = ProbeHandler()
        let id = try await rig.submit()
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id])
            try await rig.leases.calls.wait { !$0.claims.isEmpty }
            let claimed = ContinuousClock.now
            try await ContinuousClock().sleep(until: claimed + .seconds(1))
            rig.leases.claimGate.open()
            try await rig.leases.finished.wait(forCount: 1)
        }
        let outcomes = try await rig.store.attempts(of: id).map(\.outcome)
        #expect(outcomes.first == .released)
        // The first one was not begun; those after it may have come too late as well.
        #expect(probe.started.elements.count < outcomes.count)
    }

    @Test func `a cancel stops the running job`() async throws {
        let rig = try await WorkerRig()
        let probe = ProbeHandler.endless
        let id = try await rig.submit()
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id])
            try await probe.started.wait(forCount: 1)
            _ = try await rig.store.cancel(id, owner: nil)
            try await rig.leases.finished.wait { $0.contains(.recorded(.cancelled)) }
        }
        #expect(try await rig.job(id).state == .cancelled)
    }

    @Test func `a cancelled job ends although its handler ignores being stopped`() async throws {
        var rig = try await WorkerRig()
        rig.settings.cancelGrace = .milliseconds(20)
        rig.settings.lease = .seconds(1)
        let gate = Gate()
        let probe = ProbeHandler { _, _ in
            await gate.pass()
            return .succeeded
        }
        let id = try await rig.submit()
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id])
            try await probe.started.wait(forCount: 1)
            _ = try await rig.store.cancel(id, owner: nil)
            try await rig.leases.finished.wait { $0.contains(.recorded(.cancelled)) }
            gate.open()
        }
        #expect(rig.leases.calls.elements.finishes.count == 1)
    }

    @Test func `a handler is stopped before a lease ends that could not be renewed`() async throws {
        var rig = try await WorkerRig()
        rig.settings.lease = .seconds(1)
        let probe = ProbeHandler.endless
        let id = try await rig.submit()
        rig.leases.fail("renew", with: Array(repeating: .unavailable, count: 1000))
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id])
            try await probe.started.wait(forCount: 1)
            try await probe.stopped.wait(forCount: 1, within: .seconds(5))
            try await rig.leases.finished.wait(forCount: 1)
        }
        let job = try await rig.job(id)
        #expect(job.attempt == 0)
        #expect(job.lostLeases == 0)
    }

    /// A handler that runs until it is stopped, and tells at once when that is, whatever the shared threads do.
    private func telling<Word: Sendable>(
        _ recorder: Recorder<Word>, _ word: @escaping @Sendable () -> Word
    ) -> ProbeHandler {
        ProbeHandler { _, _ in
            try await withTaskCancellationHandler {
                try await ContinuousClock().sleep(for: .seconds(3600))
            } onCancel: {
                recorder.record(word())
            }
            return .succeeded
        }
    }

    @Test func `a lease whose row somebody else writes is neither lost nor extended`() async throws {
        var rig = try await WorkerRig()
        rig.settings.lease = .seconds(1)
        rig.leases.standing.withLock { $0 = .busy }
        let stopped = Recorder<ContinuousClock.Instant>()
        let id = try await rig.submit()
        try await rig.run(telling(stopped) { .now }) { _ in
            rig.assign()
            rig.dispatch([id])
            try await rig.leases.calls.wait { !$0.claims.isEmpty }
            let claimedAt = ContinuousClock.now
            let moments = try await stopped.wait(forCount: 1)
            // Not at the first renewal, and not long after the lease.
            #expect(moments.allSatisfy { (.milliseconds(400)...(.seconds(2))).contains($0 - claimedAt) })
            try await rig.leases.finished.wait(forCount: 1)
        }
        #expect(try await rig.job(id).lostLeases == 0)
    }

    @Test func `a handler is stopped before its lease ends although a renewal is never answered`() async throws {
        var rig = try await WorkerRig()
        rig.settings.lease = .seconds(1)
        let stopped = Recorder<ContinuousClock.Instant>()
        let id = try await rig.submit()
        rig.leases.renewGate.close()
        try await rig.run(telling(stopped) { .now }) { _ in
            rig.assign()
            rig.dispatch([id])
            try await rig.leases.calls.wait { !$0.claims.isEmpty }
            let claimedAt = ContinuousClock.now
            let moments = try await stopped.wait(forCount: 1)
            #expect(moments.allSatisfy { $0 - claimedAt < .seconds(2) })
            rig.leases.renewGate.open()
            try await rig.leases.finished.wait(forCount: 1)
        }
        #expect(try await rig.job(id).lostLeases == 0)
    }

    @Test func `a cancel is heard with the next renewal`() async throws {
        var rig = try await WorkerRig()
        rig.settings.renewEvery = .milliseconds(200)
        let heard = Recorder<Int>()
        let leases = rig.leases
        let probe = telling(heard) { leases.calls.elements.renewals.count }
        let id = try await rig.submit()
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id])
            try await probe.started.wait(forCount: 1)
            _ = try await rig.store.cancel(id, owner: nil)
            let before = leases.calls.elements.renewals.count
            let counts = try await heard.wait(forCount: 1)
            // One may have been under way.
            #expect(counts.allSatisfy { $0 <= before + 2 })
        }
        #expect(try await rig.job(id).state == .cancelled)
    }

    @Test func `what a handler does when it is cancelled holds up no renewal`() async throws {
        let rig = try await WorkerRig()
        let blocking = Recorder<Bool>()
        let mayEnd = Atomic(false)
        let probe = ProbeHandler { _, _ in
            try await withTaskCancellationHandler {
                try await ContinuousClock().sleep(for: .seconds(3600))
            } onCancel: {
                blocking.record(true)
                while !mayEnd.load(ordering: .acquiring) { usleep(1000) }
            }
            return .succeeded
        }
        let (stopped, other) = (try await rig.submit(), try await rig.submit())
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([stopped, other])
            try await probe.started.wait(forCount: 2)
            _ = try await rig.store.cancel(stopped, owner: nil)
            try await blocking.wait(forCount: 1)
            let before = rig.leases.calls.elements.renewals.count
            try await rig.leases.calls.wait { $0.renewals.count >= before + 5 }
            mayEnd.store(true, ordering: .releasing)
            _ = try await rig.store.cancel(other, owner: nil)
            try await probe.stopped.wait(forCount: 2)
        }
    }
}
