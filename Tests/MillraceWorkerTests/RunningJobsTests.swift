import Logging
import MillraceDomain
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Running jobs` {
    @Test func `a job that records tell of three times is claimed once and succeeds`() async throws {
        let rig = try await WorkerRig()
        let probe = ProbeHandler()
        let id = try await rig.submit()
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id, id, id])
            try await rig.leases.finished.wait(forCount: 1)
        }
        #expect(try await rig.job(id).state == .succeeded)
        #expect(try await rig.store.attempts(of: id).count == 1)
        #expect(probe.started.elements.count == 1)
    }

    @Test func `never more jobs are claimed than there are free slots`() async throws {
        var rig = try await WorkerRig()
        rig.settings.concurrency = 3
        let gate = Gate()
        let probe = ProbeHandler { _, _ in
            await gate.pass()
            return .succeeded
        }
        var jobs: [JobID] = []
        for _ in 0..<10 { jobs.append(try await rig.submit()) }
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch(jobs)
            try await probe.started.wait(forCount: 3)
            #expect(try await rig.store.states(of: jobs).values.filter { $0 == .running }.count == 3)
            gate.open()
            try await rig.leases.finished.wait(forCount: 10)
        }
        #expect(rig.leases.calls.elements.claims.allSatisfy { $0.limit <= 3 })
        #expect(try await rig.store.states(of: jobs).values.allSatisfy { $0 == .succeeded })
    }

    @Test func `among waiting jobs the most urgent are claimed first`() async throws {
        var rig = try await WorkerRig()
        rig.settings.concurrency = 1
        let probe = ProbeHandler()
        let (low, high) = (try await rig.submit(priority: 1), try await rig.submit(priority: 9))
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([low, high])
            try await rig.leases.finished.wait(forCount: 2)
        }
        #expect(probe.started.elements.map(\.id) == [high, low])
    }

    @Test func `the next job of an ordering key runs at once when the one before it has ended`() async throws {
        var rig = try await WorkerRig()
        rig.settings.sweepEvery = .seconds(3600)
        let probe = ProbeHandler()
        var jobs: [JobID] = []
        for _ in 0..<5 { jobs.append(try await rig.submit(orderingKey: "k")) }
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([jobs[0]])
            try await rig.leases.finished.wait(forCount: 5)
        }
        #expect(probe.started.elements.map(\.id) == jobs)
    }

    @Test func `while one batch of outcomes is written the next gathers`() async throws {
        let rig = try await WorkerRig()
        let held = HeldJobs(settings: rig.settings, onFreeSlot: Wake())
        let outcomes = OutcomeBuffer()
        let finish = FinishJobs(leases: rig.leases, catalogue: HandlerCatalogue([]))
        let loop = FinishLoop(
            outcomes: outcomes, held: held, finish: finish,
            hints: HintBuffer(bound: 10, onArrival: Wake(), onLevel: Wake()), copier: rig.copier,
            metrics: FinishMetrics(), logger: .silent)
        var jobs: [JobID] = []
        for _ in 0..<7 { jobs.append(try await rig.submit()) }
        let claimed = try await rig.store.claim(jobs, limit: 7, terms: LeaseTerms(consumer: "test"))
        rig.leases.finishGate.close()
        async let running: Void = loop.run()
        outcomes.add(claimed[0], .succeeded(nil))
        try await rig.leases.calls.wait { $0.finishes.count == 1 }
        for job in claimed[1...] { outcomes.add(job, .succeeded(nil)) }
        rig.leases.finishGate.open()
        outcomes.close()
        await running
        #expect(rig.leases.calls.elements.finishes.map(\.count) == [1, 6])
    }

    @Test func `an outcome is written as soon as the store is back, and a stale answer to a repeat is fine`()
        async throws
    {
        let rig = try await WorkerRig()
        let id = try await rig.submit()
        rig.leases.fail("finish", with: [.unavailable, .ambiguous, .unavailable])
        try await rig.run { _ in
            rig.assign()
            rig.dispatch([id])
            try await rig.leases.finished.wait(forCount: 1)
        }
        #expect(rig.leases.calls.elements.finishes.count == 4)
        #expect(try await rig.job(id).state == .succeeded)
    }

    @Test func `an outcome that cannot be written does not hold up its neighbours`() async throws {
        let rig = try await WorkerRig()
        let jobs = [try await rig.submit(), try await rig.submit()]
        rig.leases.finishGate.close()
        let first = try await rig.submit()
        try await rig.run { _ in
            rig.assign()
            rig.dispatch([first])
            try await rig.leases.calls.wait { $0.finishes.count == 1 }
            rig.leases.fail("finish", with: [.failure, .failure])
            rig.dispatch(jobs, at: 1)
            try await rig.leases.calls.wait { $0.claims.flatMap(\.ids).count >= 3 }
            rig.leases.finishGate.open()
            try await rig.leases.finished.wait(forCount: 2)
        }
        let states = try await rig.store.states(of: jobs + [first])
        #expect(states.values.filter { $0 == .succeeded }.count == 2)
    }

    @Test func `claims are asked for again while the store is away`() async throws {
        let rig = try await WorkerRig()
        let id = try await rig.submit()
        rig.leases.fail("claim", with: [.unavailable, .unavailable])
        try await rig.run { _ in
            rig.assign()
            rig.dispatch([id])
            try await rig.leases.finished.wait(forCount: 1)
        }
        #expect(rig.leases.calls.elements.claims.count == 3)
    }

    @Test func `a job whose hint was lost is swept`() async throws {
        let rig = try await WorkerRig()
        let id = try await rig.submit()
        try await rig.run { _ in
            rig.clock.advance(by: InMemoryStore.sweepGrace)
            try await rig.leases.finished.wait(forCount: 1)
        }
        #expect(try await rig.job(id).state == .succeeded)
    }

    @Test func `a failing job is retried with growing delays until it is dead`() async throws {
        let rig = try await WorkerRig()
        let probe = ProbeHandler { _, _ in throw JobFailure(code: "broken", message: "It broke.") }
        let id = try await rig.submit(maxAttempts: 3)
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id])
            for attempt in 1...2 {
                try await rig.leases.finished.wait(forCount: attempt)
                let job = try await rig.job(id)
                #expect(job.state == .retrying)
                let due = try #require(job.nextAttemptAt)
                let base = Duration.seconds(attempt == 1 ? 1 : 2)
                #expect((base * 0.8...base * 1.2).contains(due - rig.clock.now()))
                rig.clock.set(due)
            }
            try await rig.leases.finished.wait(forCount: 3)
        }
        let job = try await rig.job(id)
        #expect(job.state == .dead)
        #expect(job.lastError?.code == "broken")
        #expect(rig.copier.jobs.map(\.job.id) == [id])
        #expect(rig.copier.jobs.map(\.code) == ["broken"] && rig.copier.jobs.map(\.message) == ["It broke."])
    }

    @Test func `a death that frees the next of its key is copied, and the next runs at once`() async throws {
        var rig = try await WorkerRig()
        rig.settings.sweepEvery = .seconds(3600)
        let probe = ProbeHandler { _, _ in throw JobFailure.permanent("broken", "It broke.") }
        let jobs = [try await rig.submit(orderingKey: "k"), try await rig.submit(orderingKey: "k")]
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([jobs[0]])
            try await rig.copier.jobRecorder.wait(forCount: 2)
        }
        #expect(rig.copier.jobs.map(\.job.id) == jobs)
        #expect(probe.started.elements.map(\.id) == jobs)
    }

    @Test func `a job that has lost its third lease is copied as a dead letter`() async throws {
        let rig = try await WorkerRig()
        let id = try await rig.submit()
        let lost = LeaseTerms(consumer: "lost")
        for _ in 1...2 {
            #expect(try await rig.store.claim([id], limit: 1, terms: lost).count == 1)
            rig.clock.advance(by: .seconds(60))
            #expect(try await rig.store.sweep(limit: 1, terms: lost).recovered == 1)
        }
        #expect(try await rig.store.claim([id], limit: 1, terms: lost).count == 1)
        rig.clock.advance(by: .seconds(60))
        try await rig.run { _ in try await rig.copier.jobRecorder.wait(forCount: 1) }
        #expect(rig.copier.jobs.map(\.job.id) == [id] && rig.copier.jobs.map(\.code) == ["crash_loop"])
    }

    @Test func `progress is written while the job runs`() async throws {
        let rig = try await WorkerRig()
        let gate = Gate()
        let probe = ProbeHandler { _, context in
            context.report(JobProgress(percent: 10, text: "one"))
            context.report(JobProgress(percent: 40, text: "two"))
            await gate.pass()
            return .succeeded
        }
        let id = try await rig.submit()
        try await rig.run(probe) { _ in
            rig.assign()
            rig.dispatch([id])
            try await rig.leases.calls.wait { $0.contains(.report(1)) }
            gate.open()
        }
        #expect([10, 40].contains(try await rig.job(id).progress?.percent))
    }

    @Test func `an idle worker sends at most two statements a second`() async throws {
        var rig = try await WorkerRig()
        rig.settings = WorkerSettings(consumerName: "idle")
        try await rig.run { _ in try await ContinuousClock().sleep(for: .seconds(3)) }
        #expect(rig.leases.calls.elements.count <= 6)
    }
}
