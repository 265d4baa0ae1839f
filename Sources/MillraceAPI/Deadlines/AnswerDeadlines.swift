import Hummingbird
import ServiceLifecycle
import Synchronization

/// Gets every request an answer in time: a handler that takes longer is cancelled and ends by itself, while its client
/// is told at once.
///
/// Costs one task a request, which begins on the thread that it was made on; nothing is looked at while nobody waits.
final class AnswerDeadlines: Service {
    private struct Handling {
        let deadline: AnswerDeadline
        let task: Task<Void, Never>
    }

    private let interval: Duration
    private let underWay = Mutex<[ObjectIdentifier: Handling]>([:])
    private let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    /// - Parameter interval: how late the end of a request's time may be noticed.
    init(interval: Duration = .milliseconds(100)) {
        self.interval = interval
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// How many handlers wait for something, those that were given up included.
    var count: Int { underWay.withLock { $0.count } }

    /// Runs a handler until it ends or its time does, whichever comes first.
    func answer(
        within deadline: AnswerDeadline, _ handle: @escaping @Sendable () async throws -> Response
    ) async -> AnswerDeadline.End {
        // Owned by `underWay` from its first wait on; `run` awaits those that are left.
        let task = Task.immediate {
            do {
                deadline.finish(.success(try await handle()))
            } catch {
                deadline.finish(.failure(error))
            }
            self.underWay.withLock { $0[ObjectIdentifier(deadline)] = nil }
        }
        if let end = deadline.end { return end }
        watch(Handling(deadline: deadline, task: task))
        return await withTaskCancellationHandler {
            await deadline.wait()
        } onCancel: {
            task.cancel()
        }
    }

    /// Gives up every handler whose time is over.
    func expire(at now: ContinuousClock.Instant = .now) {
        let all = underWay.withLock { Array($0.values) }
        for handling in all where handling.deadline.expire(at: now) { handling.task.cancel() }
    }

    /// Looks after those under way until the process stops; then waits for the rest, whose calls all have limits.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.arrivals {
                while self.count > 0, !Task.isCancelled {
                    self.expire()
                    // A cancelled sleep is the end of the loop.
                    try? await Task.sleep(for: self.interval)
                }
            }
        }
        for handling in underWay.withLock({ Array($0.values) }) {
            handling.task.cancel()
            await handling.task.value
        }
    }

    private func watch(_ handling: Handling) {
        let isFirst = underWay.withLock { underWay in
            // One that has ended since has looked for itself here already.
            guard handling.deadline.end == nil else { return false }
            underWay[ObjectIdentifier(handling.deadline)] = handling
            return underWay.count == 1
        }
        if isFirst { arrival.yield() }
    }
}
