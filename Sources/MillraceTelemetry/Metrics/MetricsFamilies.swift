/// The registry's table; its owner holds the lock.
struct MetricsFamilies {
    /// Which series is asked for.
    struct Key {
        let name: String
        let kind: MetricFamily.Kind
        let labels: MetricLabels
    }

    private struct Family {
        let kind: MetricFamily.Kind
        let help: String
        var series: [MetricLabels: any ReadableSeries] = [:]
    }

    private static let refusedName = "metrics_refused_series_total"
    private var families: [String: Family] = [:]
    /// Every sample name in use and the family that writes it: `x_count` may be a counter or part of a histogram `x`.
    private var ownerOfSample: [String: String] = [:]
    /// Refused handles by metric and reason; bounded, since metrics past `maxNames` share one entry.
    private var refused: [MetricLabels: CounterSeries] = [:]

    mutating func series<Series: ReadableSeries>(
        _ key: Key, help: String, limits: MetricsSettings, make: () -> Series
    ) -> Series {
        if let known = families[key.name]?.series[key.labels] as? Series { return known }
        let series = make()
        if let reason = refusal(of: key, limits: limits) {
            count(reason, of: key.name, limits: limits)
            return series
        }
        if families[key.name] == nil {
            families[key.name] = Family(kind: key.kind, help: help)
            for sample in MetricName.samples(of: key.name, key.kind) { ownerOfSample[sample] = key.name }
        }
        families[key.name]?.series[key.labels] = series
        return series
    }

    mutating func remove(_ identity: ObjectIdentifier) {
        for (name, family) in families {
            guard let labels = family.series.first(where: { ObjectIdentifier($0.value) == identity })?.key else {
                continue
            }
            families[name]?.series[labels] = nil
            return
        }
    }

    func snapshot() -> [MetricFamily] {
        var result = families.filter { !$0.value.series.isEmpty }.map { name, family in
            Self.family(name, family.help, family.kind, family.series)
        }
        if !refused.isEmpty {
            result.append(
                Self.family(
                    Self.refusedName, "Handles of series that are not exposed: too many label sets, or a name taken.",
                    .counter, refused))
        }
        return result.sorted { $0.name < $1.name }
    }

    private func refusal(of key: Key, limits: MetricsSettings) -> String? {
        if let family = families[key.name], family.kind == key.kind {
            return family.series.count >= limits.maxSeriesPerName ? "limit" : nil
        }
        if key.name == Self.refusedName { return "conflict" }
        if MetricName.samples(of: key.name, key.kind).contains(where: { ownerOfSample[$0] != nil }) {
            return "conflict"
        }
        return families.count >= limits.maxNames ? "names" : nil
    }

    private mutating func count(_ reason: String, of name: String, limits: MetricsSettings) {
        let metric = refused.count < limits.maxNames && reason != "names" ? name : "other"
        let labels = MetricLabels([("metric", metric), ("reason", reason)])
        let counter = refused[labels] ?? CounterSeries()
        refused[labels] = counter
        counter.increment(by: Int64(1))
    }

    private static func family(
        _ name: String, _ help: String, _ kind: MetricFamily.Kind, _ series: [MetricLabels: any ReadableSeries]
    ) -> MetricFamily {
        MetricFamily(
            name: name, help: help, kind: kind,
            series: series.sorted { $0.key < $1.key }.map { MetricSeries(labels: $0.key, value: $0.value.value) })
    }
}
