import Glibc
import Synchronization
import TestKit
import Testing

@testable import MillraceWorker

@Suite(.timeLimit(.minutes(1))) struct `The thread of the leases` {
    private func with<Value: Sendable>(_ body: (LeaseThread) async throws -> Value) async throws -> Value {
        let thread = try LeaseThread()
        defer { thread.stop() }
        return try await body(thread)
    }

    @Test func `its tasks run on one thread, which is none of the shared ones, before and after a sleep`() async throws
    {
        let own = try await with { thread in
            await withTaskGroup(of: pthread_t.self) { group in
                for _ in 0..<50 {
                    group.addTask(executorPreference: thread) {
                        let before = pthread_self()
                        try? await thread.sleep(for: .milliseconds(1))
                        return pthread_equal(before, pthread_self()) != 0 ? before : 0
                    }
                }
                return await group.reduce(into: Set()) { $0.insert($1) }
            }
        }
        #expect(own.count == 1 && !own.contains(0) && !own.contains(pthread_self()))
    }

    @Test func `a sleep lasts as long as asked, and ends at once when its task is cancelled`() async throws {
        try await with { thread in
            let began = ContinuousClock.now
            try await thread.sleep(for: .milliseconds(30))
            #expect((.milliseconds(30)...(.seconds(5))).contains(ContinuousClock.now - began))
            let asleep = Recorder<Bool>()
            let sleeper = Task(executorPreference: thread) {
                asleep.record(true)
                try await thread.sleep(for: .seconds(3600))
            }
            try await asleep.wait(forCount: 1)
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
            let cancelledBefore = Task(executorPreference: thread) {
                withUnsafeCurrentTask { $0?.cancel() }
                try await thread.sleep(for: .seconds(3600))
            }
            await #expect(throws: CancellationError.self) { try await cancelledBefore.value }
        }
    }
}
