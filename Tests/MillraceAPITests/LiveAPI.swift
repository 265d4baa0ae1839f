import ServiceLifecycle
import TestKit

@testable import MillraceAPI

extension TestAPI {
    /// Serves on a real socket while `test` runs, then stops as on SIGTERM. Once for each value.
    ///
    /// - Returns: how long the stop took.
    @discardableResult
    func live(_ test: @escaping @Sendable (_ port: Int) async throws -> Void) async throws -> Duration {
        let ports = Recorder<Int>()
        let group = api.group(onListening: { ports.record($0) })
        let running = Task { try await group.run() }
        do {
            try await test(try await ports.wait(forCount: 1)[0])
        } catch {
            await group.triggerGracefulShutdown()
            _ = await running.result
            throw error
        }
        let stop = ContinuousClock.now
        await group.triggerGracefulShutdown()
        try await running.value
        return .now - stop
    }
}
