import FoundationEssentials
import Metrics
import MillraceTelemetry
import Testing

@Suite struct `Prometheus text` {
    @Test(arguments: ["plain", "a\"b", "back\\slash", "line\nfeed", "\r\n", "ż\u{0}{}=,", "\\n", ""])
    func `any label value reads back`(_ value: String) throws {
        let family = MetricFamily(
            name: "m", help: value, kind: .gauge,
            series: [MetricSeries(labels: MetricLabels([("k", value)]), value: .number(1))])
        let text = PrometheusText.render([family])
        #expect(try StrictParser.parse(text)["m"] == [["k": value]: 1])
    }

    @Test(arguments: [
        (Double.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (0, "0"), (-0.5, "-0.5"), (1e300, "1e+300"),
        (9_007_199_254_740_992, "9007199254740992"),
    ])
    func `numbers are written as the format wants`(_ number: Double, _ written: String) {
        let family = MetricFamily(
            name: "m", help: "", kind: .gauge,
            series: [MetricSeries(labels: MetricLabels(), value: .number(number))])
        #expect(PrometheusText.render([family]) == "# HELP m \n# TYPE m gauge\nm \(written)\n")
    }

    @Test func `label names are made valid and reserved ones are moved away`() throws {
        let registry = MetricsRegistry()
        let dimensions = [("job.kind", "a"), ("le", "b"), ("__name__", "c"), ("1st", "d"), ("", "e")]
        Recorder(label: "h", dimensions: dimensions, aggregate: true, factory: registry).record(1)
        let samples = try StrictParser.parse(PrometheusText.render(registry.snapshot()))
        #expect(
            samples["h_count"]?.keys.first == ["job_kind": "a", "le_": "b", "_name__": "c", "_1st": "d", "_": "e"])
    }

    @Test func `the order is the same every time`() {
        let texts = (0..<5).map { _ in
            let registry = MetricsRegistry()
            for label in ["b", "a", "c"].shuffled() {
                for value in ["2", "1", "3"].shuffled() {
                    Counter(label: label, dimensions: [("x", value)], factory: registry).increment()
                }
            }
            return PrometheusText.render(registry.snapshot())
        }
        #expect(Set(texts).count == 1)
    }
}
