import MillraceDomain
import ServiceLifecycle
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Shutting down` {
    @Test func `what is claimed and not started goes back without being charged`() async throws {
        let rig = try await WorkerRig()
        let probe = ProbeHandler()
        let id = try await rig.submit()
        rig.leases.claimGate.close()
        try await rig.run(probe) { group in
            rig.assign()
            rig.dispatch([id])
            try await rig.leases.calls.wait { !$0.claims.isEmpty }
            await group.triggerGracefulShutdown()
            try await rig.source.requests.wait { $0.contains(.close) }
            rig.leases.claimGate.open()
        }
        let job = try await rig.job(id)
        #expect(job.state == .queued)
        #expect(job.attempt == 0)
        #expect(probe.started.elements.isEmpty)
        #expect(try await rig.store.attempts(of: id).map(\.outcome) == [.released])
    }

    @Test func `running jobs may finish, and nothing new begins`() async throws {
        let rig = try await WorkerRig()
        let gate = Gate()
        let probe = ProbeHandler { _, _ in
            await gate.pass()
            return .succeeded
        }
        let (running, waiting) = (try await rig.submit(), try await rig.submit())
        try await rig.run(probe) { group in
            rig.assign()
            rig.dispatch([running])
            try await probe.started.wait(forCount: 1)
            await group.triggerGracefulShutdown()
            try await rig.source.requests.wait { $0.contains(.close) }
            rig.clock.advance(by: InMemoryStore.sweepGrace)
            rig.dispatch([waiting], at: 1)
            gate.open()
        }
        #expect(try await rig.job(running).state == .succeeded)
        #expect(try await rig.job(waiting).state == .queued)
        #expect(probe.started.elements.count == 1)
    }

    @Test func `what runs past the drain is stopped and queued again without being charged`() async throws {
        var rig = try await WorkerRig()
        rig.settings.drain = .milliseconds(50)
        let probe = ProbeHandler.endless
        let id = try await rig.submit()
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id])
            try await probe.started.wait(forCount: 1)
        }
        let job = try await rig.job(id)
        #expect(job.state == .queued)
        #expect(job.attempt == 0)
        #expect(job.lostLeases == 0)
    }

    @Test func `a handler that ignores being stopped is left behind`() async throws {
        var rig = try await WorkerRig()
        rig.settings.drain = .milliseconds(20)
        rig.settings.stopGrace = .milliseconds(50)
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
        }
        #expect(try await rig.job(id).state == .running)
        gate.open()
    }

    @Test func `outcomes that cannot be written any more do not hold the process`() async throws {
        var rig = try await WorkerRig()
        rig.settings.stopGrace = .milliseconds(100)
        let id = try await rig.submit()
        rig.leases.fail("finish", with: Array(repeating: .unavailable, count: 1000))
        try await rig.run { _ in
            rig.assign()
            rig.dispatch([id])
            try await rig.leases.calls.wait { !$0.finishes.isEmpty }
        }
        #expect(try await rig.job(id).state == .running)
    }
}
