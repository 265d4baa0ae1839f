import Metrics
import Synchronization

/// A number that only grows.
final class CounterSeries: CounterHandler, FloatingPointCounterHandler, ReadableSeries {
    private let total = Mutex<Double>(0)

    /// Adds; what would make the counter fall is ignored, as a fall means "restarted" to its readers.
    func increment(by amount: Int64) {
        increment(by: Double(amount))
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        total.withLock { $0 += amount }
    }

    func reset() {
        total.withLock { $0 = 0 }
    }

    var value: MetricSeries.Value { .number(total.withLock { $0 }) }
}
