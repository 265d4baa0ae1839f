import Logging
import MillraceTelemetry
import ServiceLifecycle

/// The first to hear of a stop: makes the process unready, lets held requests go, and gives load balancers a moment
/// before the listener, which stops after it, closes.
struct DrainNotice: Service {
    let health: HealthChecks
    let watcher: JobWatcher
    let pause: Duration
    let logger: Logger

    func run() async throws {
        do {
            try await gracefulShutdown()
        } catch is CancellationError {
            return
        }
        logger.notice("stopping")
        health.beginDraining()
        watcher.release()
        // Cancelled when the stop takes too long as a whole: then there is no moment left to give.
        try? await Task.sleep(for: pause)
    }
}
