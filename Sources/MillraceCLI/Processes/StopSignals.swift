import Dispatch
import Glibc

/// SIGINT and SIGTERM as something to wait for. While it lives they no longer end the process by themselves.
final class StopSignals: Sendable {
    private let first = Outcome<Int32>()
    private let second = Outcome<Int32>()
    private let firstAt = Outcome<ContinuousClock.Instant>()
    // Sources are thread-safe; they are only made and cancelled here.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    /// - Parameter numbers: the signals that mean «stop».
    init(_ numbers: [Int32] = [SIGINT, SIGTERM, SIGHUP]) {
        sources = numbers.map { number in
            Glibc.signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: .global())
        }
        for (source, number) in zip(sources, numbers) {
            source.setEventHandler { [first, second, firstAt] in
                Self.note(number, first, second, firstAt)
            }
            source.resume()
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }

    /// Acts as if a signal had come.
    func note(_ number: Int32) {
        Self.note(number, first, second, firstAt)
    }

    private static func note(
        _ number: Int32, _ first: Outcome<Int32>, _ second: Outcome<Int32>,
        _ firstAt: Outcome<ContinuousClock.Instant>
    ) {
        let now = ContinuousClock.now
        firstAt.set(now)
        first.set(number)
        // A signal to a whole process group arrives twice when a parent like `make` passes it on.
        if let at = firstAt.current, at.duration(to: now) > .seconds(1) { second.set(number) }
    }

    /// Waits for the first signal; nil when the waiting task is cancelled first.
    func wait() async -> Int32? { await first.wait() }

    /// Waits for one that comes more than a second after the first, which means «now».
    func waitForSecond() async -> Int32? { await second.wait() }

    /// Runs `body` and cancels it when a signal comes.
    ///
    /// - Returns: what `body` returned, or the signal when one came; then the outcome of `body` no longer counts.
    func cancelling<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> (value: Value?, signal: Int32?) {
        let work = Task { try await body() }
        let watch = Task {
            if await wait() != nil { work.cancel() }
        }
        defer { watch.cancel() }
        let result = await work.result
        if let signal = first.current { return (nil, signal) }
        return (try result.get(), nil)
    }
}
