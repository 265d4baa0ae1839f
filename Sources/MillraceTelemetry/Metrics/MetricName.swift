/// How the names that code uses become names that Prometheus accepts.
enum MetricName {
    /// `millrace.jobs.finished` → `millrace_jobs_finished_total`.
    static func counter(_ label: String) -> String {
        suffixed(base(label), "_total")
    }

    /// `millrace.jobs.waiting` → `millrace_jobs_waiting`.
    static func gauge(_ label: String) -> String {
        base(label)
    }

    /// `millrace.batch.size` → `millrace_batch_size`.
    static func histogram(_ label: String) -> String {
        base(label)
    }

    /// `millrace.job.run` → `millrace_job_run_seconds`: timers are exposed in seconds, the base unit.
    static func timer(_ label: String) -> String {
        suffixed(base(label), "_seconds")
    }

    /// A label's name; `le` belongs to histograms and names starting with `__` to Prometheus.
    static func label(_ name: String) -> String {
        var valid = valid(name, allowColon: false)
        while valid.hasPrefix("__") { valid.removeFirst() }
        return valid == "le" ? "le_" : valid
    }

    /// Every sample name that a family of this name and kind writes.
    static func samples(of name: String, _ kind: MetricFamily.Kind) -> [String] {
        switch kind {
        case .counter, .gauge: [name]
        case .histogram: [name, "\(name)_bucket", "\(name)_sum", "\(name)_count"]
        }
    }

    private static func base(_ label: String) -> String {
        valid(label, allowColon: true)
    }

    private static func suffixed(_ name: String, _ suffix: String) -> String {
        name.hasSuffix(suffix) ? name : name + suffix
    }

    private static func valid(_ name: String, allowColon: Bool) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": result.unicodeScalars.append(scalar)
            case "0"..."9": result.unicodeScalars.append(contentsOf: result.isEmpty ? ["_", scalar] : [scalar])
            case ":" where allowColon: result.unicodeScalars.append(scalar)
            default: result.append("_")
            }
        }
        return result.isEmpty ? "_" : result
    }
}
