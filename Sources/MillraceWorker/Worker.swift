import Logging
import MillraceDomain
public import ServiceLifecycle

/// Runs jobs: takes records in, claims, runs, finishes and sweeps, until it is asked to shut down gracefully.
///
/// ```swift
/// let worker = Worker(dependencies, settings: WorkerSettings(consumerName: "thumbnails-1"))
/// try await ServiceGroup(services: [worker], gracefulShutdownSignals: [.sigterm], logger: logger).run()
/// ```
public struct Worker: Service {
    private let dependencies: WorkerDependencies
    private let settings: WorkerSettings

    /// Makes a worker; nothing happens before `run`.
    public init(_ dependencies: WorkerDependencies, settings: WorkerSettings) {
        self.dependencies = dependencies
        self.settings = settings
    }

    /// Works until graceful shutdown, then drains: takes nothing in any more, gives back what it has claimed and not
    /// started, lets running jobs finish within `drain`, stops the others, writes the last outcomes, and returns.
    ///
    /// The scopes are nested as the stages depend on each other: leases are renewed as long as outcomes are being
    /// written, outcomes are written as long as jobs run, jobs run after the intake has ended.
    ///
    /// - Throws: when the system has no thread for the leases.
    public func run() async throws {
        let parts = WorkerParts(dependencies, settings)
        let thread = try LeaseThread()
        defer { thread.stop() }
        await withDiscardingTaskGroup { upkeep in
            upkeep.addTask(executorPreference: thread) { await parts.renewing.run(on: thread) }
            upkeep.addTask(executorPreference: thread) { await parts.watching.run(on: thread) }
            upkeep.addTask { await dependencies.handlers.run() }
            upkeep.addTask { await parts.reporting.run() }
            upkeep.addTask { await parts.quarantine.run() }
            await writeOutcomes(parts)
            upkeep.cancelAll()
        }
        dependencies.logger.info("worker drained")
    }

    private func writeOutcomes(_ parts: WorkerParts) async {
        await withTaskGroup { writing in
            writing.addTask { await parts.finishing.run() }
            await runJobs(parts)
            parts.outcomes.close()
            writing.addTask { await pause(settings.stopGrace) }
            await writing.next()
            writing.cancelAll()
        }
    }

    private func runJobs(_ parts: WorkerParts) async {
        await withTaskGroup { running in
            running.addTask { await parts.running.run() }
            let drainBegan = await takeIn(parts)
            parts.held.closeClaims()
            running.addTask { await endRuns(parts, since: drainBegan) }
            await running.next()
            running.cancelAll()
        }
    }

    /// - Returns: when the shutdown was asked for.
    private func takeIn(_ parts: WorkerParts) async -> ContinuousClock.Instant {
        await withDiscardingTaskGroup { intake in
            intake.addTask { await parts.claiming.run() }
            intake.addTask { await parts.sweeping.run() }
            if let records = parts.intake {
                intake.addTask { await records.reading.run() }
                intake.addTask { await records.gate.run() }
                intake.addTask { await records.ingesting.run() }
                intake.addTask { await records.noting.run() }
            }
            // It throws when this task is cancelled, which ends the intake just as well.
            do { try await gracefulShutdown() } catch {}
            dependencies.logger.info("worker drains", metadata: ["worker.drain": "\(settings.drain)"])
            parts.held.beginDrain()
            let drainBegan = ContinuousClock.now
            intake.cancelAll()
            await parts.intake?.source.close()
            return drainBegan
        }
    }

    /// The end of those that do not end by themselves.
    private func endRuns(_ parts: WorkerParts, since drainBegan: ContinuousClock.Instant) async {
        // Closing the intake takes its time out of the same allowance.
        guard await pause(drainBegan + settings.drain - .now) else { return }
        for lease in parts.held.stopAll() {
            dependencies.logger.info("handler stopped by shutdown", metadata: ["job.id": "\(lease.jobID)"])
        }
        guard await pause(settings.stopGrace) else { return }
        for lease in parts.held.abandonAll() {
            dependencies.logger.error("handler ignores being stopped", metadata: ["job.id": "\(lease.jobID)"])
        }
    }

    /// - Returns: false when the task was cancelled meanwhile.
    @discardableResult
    private func pause(_ duration: Duration) async -> Bool {
        do { try await ContinuousClock().sleep(for: max(duration, .zero)) } catch { return false }
        return true
    }
}
