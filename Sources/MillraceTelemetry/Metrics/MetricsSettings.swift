/// What bounds and shapes the metrics of a process.
public struct MetricsSettings: Sendable {
    /// How many series one name may have; further label sets are counted, not kept.
    public var maxSeriesPerName: Int
    /// How many names there may be.
    public var maxNames: Int
    /// Upper bounds of timers' buckets, in seconds, growing.
    public var timerBuckets: [Double]
    /// Upper bounds of other histograms' buckets, growing.
    public var valueBuckets: [Double]
    /// Buckets for single metrics, by the label that code uses, in place of the two above.
    public var bucketsByLabel: [String: [Double]]
    /// Help lines by the label that code uses.
    public var helpByLabel: [String: String]

    /// Takes the settings; the defaults suit latencies from half a millisecond to five minutes and batch sizes.
    public init(
        maxSeriesPerName: Int = 500,
        maxNames: Int = 1_000,
        timerBuckets: [Double] = [
            0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
        ],
        valueBuckets: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
        bucketsByLabel: [String: [Double]] = [:],
        helpByLabel: [String: String] = [:]
    ) {
        self.maxSeriesPerName = maxSeriesPerName
        self.maxNames = maxNames
        self.timerBuckets = timerBuckets
        self.valueBuckets = valueBuckets
        self.bucketsByLabel = bucketsByLabel
        self.helpByLabel = helpByLabel
    }

    func buckets(of label: String, default fallback: [Double]) -> [Double] {
        let bounds = bucketsByLabel[label] ?? fallback
        return Set(bounds.filter(\.isFinite)).sorted()
    }
}
