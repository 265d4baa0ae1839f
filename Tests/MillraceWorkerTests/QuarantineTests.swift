import MillraceDomain
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Handlers that ignore being stopped` {
    /// A rig that gives up quickly, and a handler that returns when the gate opens, whatever it is told.
    private func rig() async throws -> (rig: WorkerRig, probe: ProbeHandler, gate: Gate) {
        var rig = try await WorkerRig()
        rig.settings.cancelGrace = .milliseconds(20)
        rig.settings.lease = .seconds(1)
        rig.settings.concurrency = 1
        let gate = Gate()
        let probe = ProbeHandler { job, _ in
            if job.submission.priority == 9 { await gate.pass() }
            return .succeeded
        }
        return (rig, probe, gate)
    }

    @Test func `past its time limit a job goes on without its handler, and the slot returns with it`() async throws {
        let (rig, probe, gate) = try await rig()
        let stuck = try await rig.submit(maxAttempts: 1, priority: 9, timeout: .milliseconds(30))
        let next = try await rig.submit()
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([stuck, next])
            try await rig.leases.finished.wait { $0.contains(.recorded(.dead)) }
            #expect(try await rig.job(stuck).lastError?.code == "timeout")
            #expect(rig.quarantine.count == 1 && rig.quarantine.isOverLimit)
            // The only slot is taken until the handler returns.
            #expect(probe.started.elements.count == 1)
            gate.open()
            try await rig.leases.finished.wait { $0.contains(.recorded(.succeeded)) }
            #expect(rig.quarantine.count == 0 && !rig.quarantine.isOverLimit)
        }
        #expect(try await rig.job(next).state == .succeeded)
        #expect(rig.leases.calls.elements.finishes.flatMap(\.self).count == 2)
    }

    @Test func `the lease of a job whose lease ran out under it is left to end, and not renewed`() async throws {
        let (rig, probe, gate) = try await rig()
        let id = try await rig.submit(priority: 9)
        rig.leases.fail("renew", with: Array(repeating: .unavailable, count: 1000))
        rig.leases.fail("sweep", with: Array(repeating: .unavailable, count: 1000))
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id])
            try await rig.leases.calls.wait { !$0.renewals.isEmpty }
            while rig.quarantine.count == 0 { await Task.yield() }
            let renewals = rig.leases.calls.elements.renewals.count
            // The job is taken over as soon as its lease has ended, and runs although the old handler goes on.
            rig.clock.advance(by: .seconds(11))
            #expect(try await rig.store.sweep(limit: 1, terms: LeaseTerms(consumer: "other")).recovered == 1)
            #expect(rig.leases.calls.elements.renewals.count == renewals)
            gate.open()
        }
        #expect(rig.leases.calls.elements.finishes.isEmpty)
        #expect(try await rig.job(id).lostLeases == 1)
    }

    @Test func `one that never returns does not hold up the end of the process`() async throws {
        let (rig, probe, gate) = try await rig()
        let id = try await rig.submit(maxAttempts: 1, priority: 9, timeout: .milliseconds(30))
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id])
            try await rig.leases.finished.wait { $0.contains(.recorded(.dead)) }
        }
        #expect(try await rig.job(id).state == .dead)
        gate.open()
    }
}
