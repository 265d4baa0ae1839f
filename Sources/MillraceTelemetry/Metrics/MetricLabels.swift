/// The labels of one series: valid names, ordered, each once.
public struct MetricLabels: Hashable, Sendable, Comparable {
    /// The longest label value kept, in characters; longer ones are cut.
    public static let maxValueLength = 256

    /// Name and value, ordered by name.
    public let pairs: [Pair]

    /// One label.
    public struct Pair: Hashable, Sendable, Comparable {
        /// `[a-zA-Z_][a-zA-Z0-9_]*`
        public let name: String
        /// Any text.
        public let value: String

        /// Orders by name, then value.
        public static func < (left: Pair, right: Pair) -> Bool {
            (left.name, left.value) < (right.name, right.value)
        }
    }

    /// Makes labels from a metric's dimensions; of a repeated name the last value counts.
    public init(_ dimensions: [(String, String)] = []) {
        var values: [String: String] = [:]
        for (name, value) in dimensions {
            values[MetricName.label(name)] = String(value.prefix(Self.maxValueLength))
        }
        pairs = values.map { Pair(name: $0.key, value: $0.value) }.sorted()
    }

    /// Orders label by label.
    public static func < (left: MetricLabels, right: MetricLabels) -> Bool {
        left.pairs.lexicographicallyPrecedes(right.pairs)
    }
}
