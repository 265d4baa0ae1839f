import Metrics
import Synchronization

/// Counts observations by fixed buckets; timers observe seconds.
final class HistogramSeries: RecorderHandler, TimerHandler, ReadableSeries {
    private let bounds: [Double]
    private let state: Mutex<State>

    private struct State {
        var counts: [UInt64]
        var sum = 0.0
    }

    /// - Parameter bounds: Upper bounds, growing, finite.
    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { observe(Double(value)) }
    func record(_ value: Double) { observe(value) }
    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1e9) }

    var value: MetricSeries.Value {
        state.withLock { .histogram(HistogramSnapshot(bounds: bounds, counts: $0.counts, sum: $0.sum)) }
    }

    /// Not-a-number is ignored: it would make the sum useless for ever.
    private func observe(_ value: Double) {
        guard !value.isNaN else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }
}
