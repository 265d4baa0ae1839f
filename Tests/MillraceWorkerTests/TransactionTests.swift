import MillraceDomain
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `Handlers with a transaction` {
    /// Creates a user and then does what the test says.
    private struct Writer: TransactionalJobHandler {
        let started = Recorder<JobID>()
        let late = Recorder<DomainError?>()
        let body: @Sendable (Job) async throws -> HandlerOutcome

        func run(
            _ job: Job, context: JobContext, in transaction: any HandlerTransaction
        ) async throws -> HandlerOutcome {
            _ = try await transaction.upsert([(SequentialIDs(series: 7).next(), .sample("written@example.org"))])
            started.record(job.id)
            let outcome: HandlerOutcome
            do { outcome = try await body(job) } catch {
                late.record(await Self.failure(of: transaction))
                throw error
            }
            late.record(await Self.failure(of: transaction))
            return outcome
        }

        /// What another write says now.
        private static func failure(of transaction: any HandlerTransaction) async -> DomainError? {
            do throws(DomainError) {
                _ = try await transaction.upsert([(SequentialIDs(series: 8).next(), .sample("late@example.org"))])
                return nil
            } catch {
                return error
            }
        }
    }

    private static let kind = JobKind(stored: "write")

    private func isWritten(_ rig: WorkerRig) async throws -> Bool {
        try await rig.store.find(email: EmailAddress("written@example.org")) != nil
    }

    private func run(
        _ rig: WorkerRig, _ writer: Writer, maxAttempts: Int = 1, timeout: Duration? = nil,
        _ body: (JobID) async throws -> Void
    ) async throws -> Job {
        let id = try await rig.submit("write", maxAttempts: maxAttempts, timeout: timeout)
        try await rig.run(transactional: [Self.kind: writer]) { _ in
            rig.assign()
            rig.dispatch([id])
            try await body(id)
        }
        return try await rig.job(id)
    }

    @Test func `what it wrote and its success are recorded together, and not a second time`() async throws {
        let rig = try await WorkerRig()
        let writer = Writer { _ in .succeeded(result: JSONText(stored: "1")) }
        let job = try await run(rig, writer) { id in
            while try await rig.job(id).state != .succeeded { await Task.yield() }
        }
        #expect(job.result == JSONText(stored: "1"))
        #expect(try await isWritten(rig))
        #expect(rig.leases.calls.elements.finishes.isEmpty)
        #expect(try await rig.store.attempts(of: job.id).map(\.outcome) == [.succeeded])
    }

    @Test(arguments: [JobState.dead, .scheduled]) func `what it wrote is undone when it fails or snoozes`(
        _ state: JobState
    ) async throws {
        let rig = try await WorkerRig()
        let writer = Writer { _ in
            guard state == .dead else { return .snooze(.seconds(60)) }
            throw JobFailure.permanent("broken", "It broke.")
        }
        let job = try await run(rig, writer) { _ in
            try await rig.leases.finished.wait { $0.contains(.recorded(state)) }
        }
        #expect(job.state == state)
        #expect(try await !isWritten(rig))
    }

    @Test func `under a lost lease all is undone`() async throws {
        let rig = try await WorkerRig()
        let gate = Gate()
        let writer = Writer { _ in
            await gate.pass()
            return .succeeded
        }
        for call in ["renew", "sweep"] { rig.leases.fail(call, with: Array(repeating: .unavailable, count: 1000)) }
        let job = try await run(rig, writer) { _ in
            try await writer.started.wait(forCount: 1)
            rig.clock.advance(by: .seconds(11))
            #expect(try await rig.store.sweep(limit: 1, terms: LeaseTerms(consumer: "other")).recovered == 1)
            gate.open()
            try await writer.late.wait(forCount: 1)
        }
        #expect(job.state == .queued && job.lostLeases == 1)
        #expect(try await !isWritten(rig))
    }

    @Test func `its time limit and a cancel close the transaction under a handler that ignores them`() async throws {
        for isCancelled in [false, true] {
            var rig = try await WorkerRig()
            rig.settings.cancelGrace = .milliseconds(20)
            rig.settings.lease = .seconds(1)
            let gate = Gate()
            let writer = Writer { _ in
                await gate.pass()
                return .succeeded
            }
            let job = try await run(rig, writer, timeout: isCancelled ? nil : .milliseconds(50)) { id in
                try await writer.started.wait(forCount: 1)
                if isCancelled { _ = try await rig.store.cancel(id, owner: nil) }
                try await rig.leases.finished.wait { $0.contains(.recorded(isCancelled ? .cancelled : .dead)) }
                gate.open()
                #expect(try await writer.late.wait(forCount: 1) == [.unavailable])
            }
            #expect(job.state == (isCancelled ? .cancelled : .dead))
            #expect(try await !isWritten(rig))
        }
    }
}
