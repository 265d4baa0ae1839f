import Logging
import MillraceDomain

/// Sums up the changes of the counters, and now and then compares them with the jobs.
struct CounterLoop: Sendable {
    let counters: any QueueCounters
    let settings: HousekeepingSettings
    let logger: Logger

    func run() async {
        var (idle, backoff) = (IdleWait(settings), Backoff())
        var reconciledAt: ContinuousClock.Instant?
        while !Task.isCancelled {
            do throws(DomainError) {
                if try await counters.fold() > 0 { idle.reset() }
                backoff.reset()
            } catch {
                logger.warning("counters not folded", metadata: ["error": "\(error)"])
                do { try await backoff.wait() } catch { return }
                continue
            }
            if reconciledAt.map({ $0 + settings.reconcileEvery <= .now }) ?? true {
                await reconcile()
                reconciledAt = .now
            }
            await idle.wait()
        }
    }

    /// Not again before its time when it fails: it is dear, and folding does not need it.
    private func reconcile() async {
        do throws(DomainError) {
            let wrong = try await counters.reconcile()
            guard wrong > 0 else { return }
            logger.warning("queue counters were wrong and are mended", metadata: ["queues.counters": "\(wrong)"])
        } catch {
            logger.warning("queue counters not compared", metadata: ["error": "\(error)"])
        }
    }
}
