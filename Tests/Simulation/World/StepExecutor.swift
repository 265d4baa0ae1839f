import Dispatch
import Synchronization

/// Runs the tasks of one simulation, one at a time and in the order in which they became ready, on the thread that
/// drives it: what is asynchronous in the code under test is deterministic here.
final class StepExecutor: TaskExecutor {
    private struct State {
        var ready: [UnownedJob] = []
        var isAwaited = false
    }

    private let state = Mutex(State())
    private let arrival = DispatchSemaphore(value: 0)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isAwaited = state.withLock { state in
            state.ready.append(job)
            defer { state.isAwaited = false }
            return state.isAwaited
        }
        if isAwaited { arrival.signal() }
    }

    /// Runs tasks until none is ready.
    ///
    /// - Parameter isQuiet: false while a task waits for something that is not ours and comes in a moment, as a
    ///   cancelled sleep of the system's clock.
    func drain(isQuiet: () -> Bool) {
        while true {
            let ready = state.withLock { state in
                let ready = state.ready
                state.ready.removeAll(keepingCapacity: true)
                state.isAwaited = ready.isEmpty && !isQuiet()
                return ready
            }
            for job in ready { job.runSynchronously(on: asUnownedTaskExecutor()) }
            guard ready.isEmpty else { continue }
            if isQuiet() { return }
            arrival.wait()
        }
    }
}
