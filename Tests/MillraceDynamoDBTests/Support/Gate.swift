/// Holds back who waits until somebody opens it.
struct Gate: Sendable {
    private let stream: AsyncStream<Never>
    private let sink: AsyncStream<Never>.Continuation

    init() {
        (stream, sink) = AsyncStream.makeStream()
    }

    func open() {
        sink.finish()
    }

    /// Returns when the gate is open, or when the waiting task is cancelled.
    func wait() async {
        for await _ in stream {}
    }
}

/// Waits until `condition` holds, by looking again and again; gives up after ten seconds.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(2))
    }
    return false
}
