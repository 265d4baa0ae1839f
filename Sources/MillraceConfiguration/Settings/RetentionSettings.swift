public import MillraceDomain

/// How long what is past is kept.
public struct RetentionSettings: Sendable, Equatable {
    /// Archived jobs (`retention.succeeded`, `.dead`, `.cancelled`, `.expired`, and `retention.queues` for single
    /// queues).
    public var jobs: RetentionPolicy
    /// For how long a submission that comes again is known: the identities of records, and of archived jobs the ids
    /// that came from outside (`retention.identities`). No shorter than the topics' own retention.
    public var identities: Duration
    /// Records that could not become jobs (`retention.deadRecords`); nil for ever.
    public var deadRecords: Duration?
    /// Entries of the audit (`retention.audit`), to the month above; nil for ever.
    public var audit: Duration?

    init(reading values: inout SettingsReader) {
        jobs = RetentionPolicy(
            succeeded: values.lifetime("retention.succeeded", default: RetentionPolicy.standard),
            dead: values.lifetime("retention.dead", default: RetentionPolicy.standard),
            cancelled: values.lifetime("retention.cancelled", default: RetentionPolicy.standard),
            expired: values.lifetime("retention.expired", default: RetentionPolicy.standard))
        identities = values.duration(
            "retention.identities", default: .seconds(7 * 86_400), in: .seconds(86_400) ... .seconds(60 * 86_400))
        deadRecords = values.lifetime("retention.deadRecords", default: .seconds(90 * 86_400))
        audit = values.lifetime("retention.audit", default: .seconds(400 * 86_400))
        let exceptions = values.list(
            "retention.queues", expected: "a list of queue=time or queue.state=time, such as audit=forever,mail.dead=7d"
        ) { Self.exception($0) != nil }
        jobs.exceptions = exceptions.compactMap(Self.exception)
    }

    /// `queue=time` or `queue.state=time`
    private static func exception(_ text: String) -> RetentionPolicy.Exception? {
        let sides = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2, let lifetime = Lifetime(sides[1]) else { return nil }
        let parts = sides[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let queue = try? QueueName(parts[0]) else { return nil }
        guard parts.count == 2 else {
            return RetentionPolicy.Exception(queue: queue, keepFor: lifetime.duration)
        }
        guard let state = JobState(rawValue: parts[1]), state.isTerminal else { return nil }
        return RetentionPolicy.Exception(queue: queue, state: state, keepFor: lifetime.duration)
    }
}
