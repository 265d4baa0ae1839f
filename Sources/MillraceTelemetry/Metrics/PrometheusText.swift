/// The Prometheus text exposition format, version 0.0.4.
///
/// Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>.
public enum PrometheusText {
    /// The `Content-Type` of the format.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Writes the families in the order given.
    public static func render(_ families: [MetricFamily]) -> String {
        var text = ""
        for family in families { append(family, to: &text) }
        return text
    }

    private static func append(_ family: MetricFamily, to text: inout String) {
        text += "# HELP \(family.name) \(escapedHelp(family.help))\n"
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
        for series in family.series {
            switch series.value {
            case .number(let number): append(family.name, series.labels, number, to: &text)
            case .histogram(let histogram): append(histogram, family.name, series.labels, to: &text)
            }
        }
    }

    /// Buckets are cumulative in the format, and the last one, +Inf, equals `_count`.
    private static func append(
        _ histogram: HistogramSnapshot, _ name: String, _ labels: MetricLabels, to text: inout String
    ) {
        var cumulative: UInt64 = 0
        for (bound, count) in zip(histogram.bounds + [.infinity], histogram.counts) {
            cumulative += count
            append("\(name)_bucket", labels, Double(cumulative), le: formatted(bound), to: &text)
        }
        append("\(name)_sum", labels, histogram.sum, to: &text)
        append("\(name)_count", labels, Double(cumulative), to: &text)
    }

    private static func append(
        _ name: String, _ labels: MetricLabels, _ value: Double, le: String? = nil, to text: inout String
    ) {
        var parts = labels.pairs.map { "\($0.name)=\"\(escapedLabel($0.value))\"" }
        if let le { parts.append("le=\"\(le)\"") }
        text += name
        if !parts.isEmpty { text += "{\(parts.joined(separator: ","))}" }
        text += " \(formatted(value))\n"
    }

    private static func formatted(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? value.description
    }

    private static func escapedHelp(_ help: String) -> String {
        escaped(help, quotes: false)
    }

    private static func escapedLabel(_ value: String) -> String {
        escaped(value, quotes: true)
    }

    /// Works on scalars: to `Character`, a carriage return and a line feed are one.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result.append(contentsOf: #"\\"#.unicodeScalars)
            case "\n": result.append(contentsOf: #"\n"#.unicodeScalars)
            case "\"" where quotes: result.append(contentsOf: #"\""#.unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
