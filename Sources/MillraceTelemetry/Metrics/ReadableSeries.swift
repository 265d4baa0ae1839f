/// A series whose present value the exposition can read.
protocol ReadableSeries: AnyObject, Sendable {
    /// The value now.
    var value: MetricSeries.Value { get }
}
