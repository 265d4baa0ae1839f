import Metrics
import MillraceTelemetry
import Testing

@Suite struct `Metrics registry` {
    @Test func `every kind of metric is exposed under a valid name`() throws {
        let registry = MetricsRegistry(
            MetricsSettings(timerBuckets: [0.1, 1], valueBuckets: [10], helpByLabel: ["jobs.done": "Jobs that ended."]))
        Counter(label: "jobs.done", dimensions: [("kind", "noop")], factory: registry).increment(by: 3)
        FloatingPointCounter(label: "cpu_total", factory: registry).increment(by: 0.5)
        Meter(label: "jobs-waiting", factory: registry).set(-2.5)
        Gauge(label: "9lives", factory: registry).record(9)
        Recorder(label: "batch.size", dimensions: [], aggregate: true, factory: registry).record(11)
        let timer = Timer(label: "job.run", factory: registry)
        timer.recordMilliseconds(100)
        timer.recordSeconds(5)
        #expect(
            PrometheusText.render(registry.snapshot()) == """
                # HELP _9lives Recorded as 9lives.
                # TYPE _9lives gauge
                _9lives 9
                # HELP batch_size Recorded as batch.size.
                # TYPE batch_size histogram
                batch_size_bucket{le="10"} 0
                batch_size_bucket{le="+Inf"} 1
                batch_size_sum 11
                batch_size_count 1
                # HELP cpu_total Recorded as cpu_total.
                # TYPE cpu_total counter
                cpu_total 0.5
                # HELP job_run_seconds Recorded as job.run.
                # TYPE job_run_seconds histogram
                job_run_seconds_bucket{le="0.1"} 1
                job_run_seconds_bucket{le="1"} 1
                job_run_seconds_bucket{le="+Inf"} 2
                job_run_seconds_sum 5.1
                job_run_seconds_count 2
                # HELP jobs_done_total Jobs that ended.
                # TYPE jobs_done_total counter
                jobs_done_total{kind="noop"} 3
                # HELP jobs_waiting Recorded as jobs-waiting.
                # TYPE jobs_waiting gauge
                jobs_waiting -2.5

                """)
    }

    @Test func `the same name and labels are the same series whatever their order`() {
        let registry = MetricsRegistry()
        Counter(label: "n", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment()
        Counter(label: "n", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment()
        #expect(registry.snapshot().first?.series.map(\.value) == [.number(2)])
    }

    @Test func `label sets past the cap are counted and not kept`() throws {
        let registry = MetricsRegistry(MetricsSettings(maxSeriesPerName: 2))
        for index in 0..<5 {
            Counter(label: "n", dimensions: [("user", "\(index)")], factory: registry).increment()
        }
        let samples = try StrictParser.parse(PrometheusText.render(registry.snapshot()))
        #expect(samples["n_total"]?.count == 2)
        #expect(samples["metrics_refused_series_total"] == [["metric": "n_total", "reason": "limit"]: 3])
    }

    @Test func `a name taken by another kind is refused and counted`() throws {
        let registry = MetricsRegistry()
        Recorder(label: "x", dimensions: [], aggregate: true, factory: registry).record(1)
        Meter(label: "x", factory: registry).set(1)
        Meter(label: "x_count", factory: registry).set(1)
        let samples = try StrictParser.parse(PrometheusText.render(registry.snapshot()))
        #expect(
            samples["metrics_refused_series_total"] == [
                ["metric": "x", "reason": "conflict"]: 1, ["metric": "x_count", "reason": "conflict"]: 1,
            ])
    }

    @Test func `names past the cap share one refused entry`() throws {
        let registry = MetricsRegistry(MetricsSettings(maxNames: 1))
        for index in 0..<4 { Meter(label: "m\(index)", factory: registry).set(1) }
        let samples = try StrictParser.parse(PrometheusText.render(registry.snapshot()))
        #expect(samples["metrics_refused_series_total"] == [["metric": "other", "reason": "names"]: 3])
    }

    @Test func `a destroyed metric makes room`() {
        let registry = MetricsRegistry(MetricsSettings(maxSeriesPerName: 1))
        let first = Counter(label: "n", dimensions: [("a", "1")], factory: registry)
        first.destroy()
        Counter(label: "n", dimensions: [("a", "2")], factory: registry).increment()
        #expect(registry.snapshot().map(\.series.count) == [1])
    }

    @Test func `counters never fall and histograms ignore what is not a number`() {
        let registry = MetricsRegistry()
        let counter = Counter(label: "n", factory: registry)
        counter.increment(by: 2)
        counter.increment(by: -5)
        #expect(registry.snapshot().first?.series.first?.value == .number(2))
        counter.reset()
        #expect(registry.snapshot().first?.series.first?.value == .number(0))
        let recorder = Recorder(label: "a", dimensions: [], aggregate: true, factory: registry)
        recorder.record(Double.nan)
        guard case .histogram(let histogram) = registry.snapshot().first?.series.first?.value else {
            Issue.record("not a histogram")
            return
        }
        #expect(histogram.counts.allSatisfy { $0 == 0 } && histogram.sum == 0)
    }

    @Test func `recording from many tasks loses nothing`() async {
        let registry = MetricsRegistry()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 { Counter(label: "n", factory: registry).increment() }
                }
            }
        }
        #expect(registry.snapshot().first?.series.first?.value == .number(8_000))
    }
}
