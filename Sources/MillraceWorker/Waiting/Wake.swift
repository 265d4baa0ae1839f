/// Wakes one waiting loop; calls that come before it waits again are one.
struct Wake: Sendable {
    /// What the loop goes over; ends after `close` or when its task is cancelled.
    let calls: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (calls, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Wakes the loop, now or when it next waits.
    func call() {
        continuation.yield()
    }

    /// Ends the loop once it has seen the last call.
    func close() {
        continuation.finish()
    }
}
