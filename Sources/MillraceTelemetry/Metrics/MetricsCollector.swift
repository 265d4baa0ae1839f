/// Brings values up to date that are only worth knowing when somebody reads them.
///
/// At most once at a time and once in ``init(freshFor:timeLimit:collect:)``'s `freshFor`: many readers cost as much as
/// one, and a source that hangs costs a reader `timeLimit` and holds one task.
public actor MetricsCollector {
    private let freshFor: Duration
    private let timeLimit: Duration
    private let collect: @Sendable () async -> Void
    private var collecting: Task<Void, Never>?
    private var collectedAt: ContinuousClock.Instant?

    /// Takes what brings the values up to date; it bounds its own waits, if longer than `timeLimit`.
    public init(
        freshFor: Duration = .seconds(1), timeLimit: Duration = .seconds(2),
        collect: @escaping @Sendable () async -> Void
    ) {
        self.freshFor = freshFor
        self.timeLimit = timeLimit
        self.collect = collect
    }

    /// Returns when the values are fresh, or the time limit has passed and they are as they were.
    public func refresh() async {
        if let collectedAt, .now - collectedAt < freshFor { return }
        let (ends, end) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let running = collecting ?? Task { await self.run() }
        collecting = running
        let watch = Task {
            await running.value
            end.yield()
        }
        let timer = Task { [timeLimit] in
            // Cancelled as soon as the values are there.
            try? await Task.sleep(for: timeLimit)
            end.yield()
        }
        await ends.first { _ in true }
        timer.cancel()
        // It ends with the collection, which somebody may still be waiting for.
        _ = watch
    }

    private func run() async {
        await collect()
        collectedAt = .now
        collecting = nil
    }
}
