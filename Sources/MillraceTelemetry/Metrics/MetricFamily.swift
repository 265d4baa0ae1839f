/// All series of one metric name, as they stood at one moment.
public struct MetricFamily: Sendable, Equatable {
    /// What kind of numbers a family holds.
    public enum Kind: String, Sendable {
        /// Only ever grows.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts by bucket, their sum and their number.
        case histogram
    }

    /// The full exposed name, for counters with `_total`.
    public var name: String
    /// One line saying what is counted.
    public var help: String
    /// What kind of numbers the series hold.
    public var kind: Kind
    /// The series, ordered by their labels.
    public var series: [MetricSeries]

    /// Takes a family's parts as they are.
    public init(name: String, help: String, kind: Kind, series: [MetricSeries]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.series = series
    }
}

/// One series: its labels and its value at one moment.
public struct MetricSeries: Sendable, Equatable {
    /// The value of a series.
    public enum Value: Sendable, Equatable {
        /// A counter's or gauge's number.
        case number(Double)
        /// A histogram's contents.
        case histogram(HistogramSnapshot)
    }

    /// The labels, ordered by name, each name once.
    public var labels: MetricLabels
    /// The value.
    public var value: Value

    /// Takes a series' parts as they are.
    public init(labels: MetricLabels, value: Value) {
        self.labels = labels
        self.value = value
    }
}

/// A histogram's contents at one moment.
public struct HistogramSnapshot: Sendable, Equatable {
    /// The buckets' upper bounds, growing, without the last one, +Inf.
    public var bounds: [Double]
    /// How many observations fell into each bucket alone; one more than `bounds`.
    public var counts: [UInt64]
    /// The sum of all observations.
    public var sum: Double

    /// Takes a histogram's parts as they are.
    public init(bounds: [Double], counts: [UInt64], sum: Double) {
        self.bounds = bounds
        self.counts = counts
        self.sum = sum
    }
}
