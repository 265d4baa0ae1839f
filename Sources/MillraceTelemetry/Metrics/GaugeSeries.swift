import Metrics
import Synchronization

/// A number that goes up and down; the last value set counts.
final class GaugeSeries: MeterHandler, RecorderHandler, ReadableSeries {
    private let current = Mutex<Double>(0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { current.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    var value: MetricSeries.Value { .number(current.withLock { $0 }) }
}
