public import Logging
import Synchronization

/// Asks the process's health checks, at most once at a time and twice a second.
///
/// All checks run side by side, each under its own time limit. Callers that come while a round is under way share it;
/// callers within ``init(_:freshFor:logger:now:)``'s `freshFor` get the last one. A probe that ignores its cancellation
/// is not started again until it has ended, so a hanging dependency costs one task, not one a second.
public actor HealthChecks {
    private let checks: [HealthCheck]
    private let freshFor: Duration
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let draining = Atomic(false)
    private var last: (report: HealthReport, at: ContinuousClock.Instant)?
    private var round: Task<HealthReport, Never>?
    private var probes: [String: Task<Void, Never>] = [:]

    /// Takes the checks; their names must differ.
    ///
    /// - Parameters:
    ///   - freshFor: How long a report may be repeated, counted from its questions.
    ///   - now: The clock that `freshFor` is measured by.
    public init(
        _ checks: [HealthCheck],
        freshFor: Duration = .milliseconds(500),
        logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.checks = checks
        self.freshFor = freshFor
        self.logger = logger
        self.now = now
    }

    /// Makes the process unready at once and for good; called before listeners close.
    public nonisolated func beginDraining() {
        draining.store(true, ordering: .relaxed)
    }

    /// Whether ``beginDraining()`` was called.
    public nonisolated var isDraining: Bool { draining.load(ordering: .relaxed) }

    /// The process's health, not older than `freshFor`.
    public func report() async -> HealthReport {
        if isDraining {
            return HealthReport(status: .draining, checks: last?.report.checks ?? [:])
        }
        if let last, now() - last.at < freshFor { return last.report }
        let report = await currentRound().value
        return isDraining ? HealthReport(status: .draining, checks: report.checks) : report
    }

    private func currentRound() -> Task<HealthReport, Never> {
        if let round { return round }
        let started = Task { await runRound() }
        round = started
        return started
    }

    private func runRound() async -> HealthReport {
        let askedAt = now()
        let outcomes = await withTaskGroup { group in
            for check in checks { group.addTask { (check.name, await self.outcome(of: check)) } }
            var outcomes: [String: HealthReport.Outcome] = [:]
            for await (name, outcome) in group { outcomes[name] = outcome }
            return outcomes
        }
        let report = HealthReport(status: status(outcomes), checks: outcomes)
        logChange(from: last?.report, to: report)
        // What answered first is as old as the question.
        last = (report, askedAt)
        round = nil
        return report
    }

    private func status(_ outcomes: [String: HealthReport.Outcome]) -> HealthReport.Status {
        let failing = checks.filter { outcomes[$0.name] != .ok }
        if failing.isEmpty { return .ok }
        return failing.contains { $0.importance == .critical } ? .unavailable : .degraded
    }

    /// The first of the probe's answer and the time limit; neither waits for the other.
    private func outcome(of check: HealthCheck) async -> HealthReport.Outcome {
        guard probes[check.name] == nil else { return .timedOut }
        let (answers, answer) = AsyncStream.makeStream(
            of: HealthReport.Outcome.self, bufferingPolicy: .bufferingOldest(1))
        let probe = Task {
            answer.yield(await answerOf(check))
            probes[check.name] = nil
        }
        probes[check.name] = probe
        let timer = Task {
            // Cancelled as soon as the probe has answered: then its late answer is one too many, and dropped.
            try? await Task.sleep(for: check.timeLimit)
            answer.yield(.timedOut)
        }
        let first = await answers.first { _ in true } ?? .timedOut
        timer.cancel()
        probe.cancel()
        return first
    }

    private func answerOf(_ check: HealthCheck) async -> HealthReport.Outcome {
        do {
            try await check.probe()
            return .ok
        } catch {
            logger.debug(
                "health check failed", metadata: ["health.check": "\(check.name)", "error.message": "\(error)"])
            return .failed
        }
    }

    /// Once when it changes, not at every question.
    private func logChange(from old: HealthReport?, to new: HealthReport) {
        guard old?.checks != new.checks, old != nil || new.status != .ok else { return }
        let outcomes = new.checks.mapValues { Logger.MetadataValue.string($0.rawValue) }
        logger.log(
            level: new.status == .ok ? .notice : .warning, "health changed",
            metadata: ["health.status": "\(new.status.rawValue)", "health.checks": .dictionary(outcomes)])
    }
}
