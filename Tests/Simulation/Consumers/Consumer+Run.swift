import MillraceDomain

/// Running jobs and keeping their leases.
extension Consumer {
    func carryOut(_ run: HeldRun) async throws(Life.Over) {
        // A process that stood still between claim and start has nothing to start any more.
        let isLate = run.validUntil - Self.margin <= clock
        guard !isDraining, !isLate else { return end(run, isDraining && !isLate ? .released : nil) }
        guard let audited = world.auditor.began(run.claimed.lease, by: life) else { return end(run, nil) }
        run.audited = audited
        let job = run.claimed.job
        world.runsOfTag[job.submission.payload.tag ?? 0, default: 0] += 1
        let plan = Workshop.plan(
            tag: job.submission.payload.tag ?? 0, number: world.runsOfTag[job.submission.payload.tag ?? 0] ?? 0,
            in: world)
        run.isStubborn = plan.isStubborn
        world.note(name, "run \(run.claimed.word)", "for \(plan.takes)")
        let limit = job.submission.timeout ?? Workshop.policy.timeout
        let how: HeldRun.End = try await life.wait { promise in
            run.ending = promise
            life.after(min(plan.takes, plan.isStubborn ? plan.takes : limit)) { promise.fulfil(.byItself) }
        }
        let outcome = await outcome(of: run, plan, how, isTimeout: plan.takes > limit)
        if life.isOver { throw Life.Over() }
        audited.outcome = outcome ?? .stopped
        world.note(name, "ran \(run.claimed.word)", outcome.map { $0.word } ?? "left behind")
        end(run, outcome)
    }

    private func outcome(
        of run: HeldRun, _ plan: Workshop.Plan, _ how: HeldRun.End, isTimeout: Bool
    ) async -> RunOutcome? {
        switch how {
        case .abandoned(let outcome): return outcome
        case .byItself where isTimeout:
            return .failed(JobFailure(code: "timeout", message: "The attempt took longer than its time limit."))
        case .byItself: return await handle(run.claimed, plan.ending, isStopped: false)
        case .stopped:
            world.counts[.stopped] += 1
            return await handle(run.claimed, plan.ending, isStopped: true)
        }
    }

    /// Lets the use case call the handler, which ends at once.
    private func handle(_ claimed: ClaimedJob, _ ending: Workshop.Ending, isStopped: Bool) async -> RunOutcome {
        let run = RunJob(catalogue: Workshop.catalogue, handlers: PlannedHandler(ending: ending))
        world.outside += 1
        defer { world.outside -= 1 }
        guard isStopped else { return await run(claimed) }
        return await withTaskGroup(of: RunOutcome.self) { group in
            group.cancelAll()
            group.addTask { await run(claimed) }
            return await group.next() ?? .stopped
        }
    }

    private func end(_ run: HeldRun, _ outcome: RunOutcome?) {
        running -= 1
        run.hasEnded = true
        run.ending = nil
        if run.audited == nil, let outcome { world.auditor.runs[run.claimed.lease.token]?.outcome = outcome }
        if let outcome, !run.isLost {
            outcomes.append((run.claimed, outcome))
            onOutcome.call()
        } else {
            held.removeAll { $0 === run }
        }
        onWork.call()
    }

    func renewing() async throws(Life.Over) {
        var pause = Self.renewEvery
        while true {
            try await life.sleep(pause)
            let leases = held.filter { !$0.isLost }.map(\.claimed.lease)
            let askedAt = clock
            do throws(DomainError) {
                let standings = try await renew(leases)
                if life.isOver { throw .unavailable }
                for (lease, standing) in zip(leases, standings) { note(standing, of: lease, askedAt) }
                pause = Self.renewEvery
            } catch {
                if life.isOver { throw Life.Over() }
                pause = .milliseconds(500)
            }
        }
    }

    private func note(_ standing: LeaseStanding, of lease: Lease, _ askedAt: Timestamp) {
        guard let run = held.first(where: { $0.claimed.lease == lease }) else { return }
        switch standing {
        case .held: run.validUntil = askedAt + Self.lease
        case .cancelAsked:
            run.validUntil = askedAt + Self.lease
            run.isCancelAsked = true
            stop(run)
        case .busy: break
        case .lost:
            run.isLost = true
            stop(run)
        }
    }

    /// Stops handlers whose lease is about to end, and leaves those behind that do not stop.
    func watching() async throws(Life.Over) {
        while true {
            if held.isEmpty { try await onRun.wait() }
            try await life.sleep(Self.lease / 20)
            stopOverdue()
            for run in held where !run.hasEnded {
                guard let asked = run.stopAskedAt, asked + Self.cancelGrace <= clock else { continue }
                run.ending?.fulfil(.abandoned(run.isCancelAsked ? .stopped : nil))
            }
        }
    }

    func stopOverdue() {
        if world.scenario.plant == .noFencing { return }
        for run in held where run.validUntil - Self.margin <= clock { stop(run) }
    }

    func stop(_ run: HeldRun) {
        guard !run.hasEnded, run.stopAskedAt == nil, let ending = run.ending else { return }
        run.stopAskedAt = clock
        run.audited?.isStopped = true
        world.note(name, "stop \(run.claimed.word)", run.isStubborn ? "goes on" : "")
        if !run.isStubborn { life.after(world.latency.milliseconds(1...60)) { ending.fulfil(.stopped) } }
    }

    /// Writes outcomes, a batch at a time.
    func finishing() async throws(Life.Over) {
        while true {
            try await onOutcome.wait()
            while !outcomes.isEmpty {
                let batch = outcomes
                outcomes = []
                try await write(batch)
            }
        }
    }

    private func write(_ batch: [(claimed: ClaimedJob, outcome: RunOutcome)]) async throws(Life.Over) {
        var pause = Pause()
        while true {
            do throws(DomainError) {
                let written = try await finish(batch)
                if life.isOver { throw .unavailable }
                forget(batch.map(\.claimed.lease))
                return add(hints: written.compactMap(\.freed))
            } catch {
                if life.isOver { throw Life.Over() }
                if Self.isUnknown(error) { world.counts[.unknownOutcomes] += 1 }
                if Self.isDefect(error) {
                    guard batch.count > 1 else { return forget(batch.map(\.claimed.lease)) }
                    for outcome in batch { try await write([outcome]) }
                    return
                }
            }
            try await pause.wait(life)
        }
    }

    private func forget(_ leases: [Lease]) {
        held.removeAll { leases.contains($0.claimed.lease) }
        onWork.call()
    }
}

extension FinishOutcome {
    /// The job that is ready because of it.
    fileprivate var freed: JobID? {
        switch self {
        case .recorded(_, let freed): freed
        case .stale: nil
        }
    }
}
