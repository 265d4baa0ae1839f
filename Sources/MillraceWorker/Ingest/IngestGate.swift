import MillraceDomain
import Synchronization

/// Pauses the record source while too many ready jobs wait for a slot, or while the store is away; the backlog then
/// stays in the topic, where it costs nothing.
final class IngestGate: Sendable {
    private let source: any RecordSource
    private let hints: HintBuffer
    private let highWater: Int
    /// Called when the number of waiting jobs has changed.
    private let wake: Wake
    private let isStoreAway = Mutex(false)

    init(source: any RecordSource, hints: HintBuffer, highWater: Int, wake: Wake) {
        self.source = source
        self.hints = hints
        self.highWater = highWater
        self.wake = wake
    }

    /// Notes whether the store answers.
    func note(isStoreAway isAway: Bool) {
        let isNews = isStoreAway.withLock { state in
            defer { state = isAway }
            return state != isAway
        }
        if isNews { wake.call() }
    }

    /// Opens and closes until its task is cancelled.
    func run() async {
        var isPaused = false
        for await _ in wake.calls {
            let limit = isPaused ? highWater / 2 : highWater
            let shouldPause = isStoreAway.withLock { $0 } || hints.count > limit
            guard shouldPause != isPaused else { continue }
            isPaused = shouldPause
            if isPaused { await source.pause() } else { await source.resume() }
        }
    }
}
