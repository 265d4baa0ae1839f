public import Metrics
import Synchronization

/// Every metric of a process: the backend behind swift-metrics, read by ``PrometheusText``.
///
/// The same name and labels always give the same series. A name keeps at most
/// ``MetricsSettings/maxSeriesPerName`` series; handles past that bound, and handles whose exposed name is taken by a
/// metric of another kind, work but are not exposed, and are counted in
/// `metrics_refused_series_total{metric,reason}`.
public final class MetricsRegistry: MetricsFactory {
    private let settings: MetricsSettings
    private let families = Mutex(MetricsFamilies())

    /// Makes an empty registry.
    public init(_ settings: MetricsSettings = MetricsSettings()) {
        self.settings = settings
    }

    /// All families as they stand now, ordered by name, those without series left out.
    public func snapshot() -> [MetricFamily] {
        families.withLock { $0.snapshot() }
    }

    /// A counter, exposed with `_total`.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(MetricName.counter(label), .counter, label, dimensions) { CounterSeries() }
    }

    /// A counter of fractions, exposed with `_total`.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(MetricName.counter(label), .counter, label, dimensions) { CounterSeries() }
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(MetricName.gauge(label), .gauge, label, dimensions) { GaugeSeries() }
    }

    /// A histogram when it aggregates, otherwise a gauge.
    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else {
            return series(MetricName.gauge(label), .gauge, label, dimensions) { GaugeSeries() }
        }
        return series(MetricName.histogram(label), .histogram, label, dimensions) { [settings] in
            HistogramSeries(bounds: settings.buckets(of: label, default: settings.valueBuckets))
        }
    }

    /// A histogram of seconds, exposed with `_seconds`.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(MetricName.timer(label), .histogram, label, dimensions) { [settings] in
            HistogramSeries(bounds: settings.buckets(of: label, default: settings.timerBuckets))
        }
    }

    /// Forgets the counter's series.
    public func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
    /// Forgets the counter's series.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { destroy(handler) }
    /// Forgets the gauge's series.
    public func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
    /// Forgets the histogram's or gauge's series.
    public func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
    /// Forgets the timer's series.
    public func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    private func destroy(_ handler: any AnyObject) {
        families.withLock { $0.remove(ObjectIdentifier(handler)) }
    }

    private func series<Series: ReadableSeries>(
        _ name: String, _ kind: MetricFamily.Kind, _ label: String, _ dimensions: [(String, String)],
        make: () -> Series
    ) -> Series {
        let labels = MetricLabels(dimensions)
        let help = settings.helpByLabel[label] ?? "Recorded as \(label)."
        return families.withLock { families in
            families.series(
                MetricsFamilies.Key(name: name, kind: kind, labels: labels), help: help, limits: settings, make: make)
        }
    }
}
