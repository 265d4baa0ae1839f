/// How long a loop that found nothing to do waits before it looks again: doubling, so that idle is quiet, and short
/// again after the first thing found.
struct IdleWait: Sendable {
    private let shortest: Duration
    private let longest: Duration
    private var next: Duration

    init(_ settings: HousekeepingSettings) {
        (shortest, longest) = settings.idle
        next = shortest
    }

    /// Waits for longer than the time before; cancellation ends the wait.
    mutating func wait() async {
        await pause(next)
        next = min(next * 2, longest)
    }

    /// Something was found.
    mutating func reset() {
        next = shortest
    }
}
