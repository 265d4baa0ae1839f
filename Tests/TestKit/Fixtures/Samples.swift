public import MillraceDomain

extension UserProfile {
    /// A profile of texts that are right.
    public static func sample(_ email: String = "ada@example.org", name: String = "Ada") -> UserProfile {
        UserProfile(email: EmailAddress(stored: email), name: UserName(stored: name))
    }
}

extension JSONText {
    /// A document of which every byte tells whether it was kept: white space, number spellings, member order,
    /// escapes and plain text of several planes.
    public static let oddlySpelt = JSONText(
        stored: #"{ "z":1.0e0,"a" : [ 1E+2,-0, 0.10,123456789012345678901234567890 ] ,"#
            + "\n\t"
            + #""é\u0000\uD83D\ude00":"😀 ünïcode 漢字 \/ \"q\"" , "":null }"#)

    /// A string of exactly `bytes` bytes, quotation marks included.
    public static func large(bytes: Int) -> JSONText {
        JSONText(stored: "\"" + String(repeating: "x", count: bytes - 6) + "😀" + "\"")
    }
}

extension JobSubmission {
    /// A submission in which every member that a store keeps has a value of its own.
    public static func full(now: Timestamp = ManualClock.start) -> JobSubmission {
        JobSubmission(
            kind: JobKind(stored: "mail.send-1"), payload: .oddlySpelt, queue: QueueName(stored: "bulk-mail"),
            runAt: now - .milliseconds(1500), expiresAt: now + .seconds(86_400), priority: 9, maxAttempts: 100,
            timeout: .milliseconds(86_400_000),
            retry: RetryOverride(base: .milliseconds(1), cap: nil, maxAge: .milliseconds(31_536_000_000)),
            tags: ["red", "😀", "a,b", "\"quoted\"", #"{back\slash}"#, "NULL"],
            metadata: JSONText(stored: #"{ "team":"grün" , "1":"" }"#),
            unique: UniqueClaim(key: "\u{1F600} \"k\"", scope: .window(.milliseconds(1)), onConflict: .reject))
    }
}

extension JobCompletion {
    /// The end that `event` makes of a run.
    public static func ending(
        _ lease: Lease, _ event: JobEvent, as outcome: JobAttempt.Outcome, dueIn: Duration = .zero,
        failure: JobFailure? = nil, result: JSONText? = nil
    ) throws -> JobCompletion {
        guard let transition = JobStanding(.running).transition(on: event) else {
            throw UnexpectedOutcome("no run ends by \(event)")
        }
        return JobCompletion(
            lease: lease, transition: transition, outcome: outcome, dueIn: dueIn, failure: failure, result: result)
    }

    /// A success.
    public static func succeeding(_ lease: Lease, result: JSONText? = nil) throws -> JobCompletion {
        try ending(lease, .succeeded, as: .succeeded, result: result)
    }

    /// A failure, the last one or one with another attempt after `dueIn`.
    public static func failing(
        _ lease: Lease, isFinal: Bool = false, dueIn: Duration = .zero, message: String = "It broke. 😀"
    ) throws -> JobCompletion {
        let failure = JobFailure(code: "broken", message: message, isRetryable: !isFinal)
        return try ending(lease, .failed(isFinal: isFinal), as: .failed, dueIn: dueIn, failure: failure)
    }

    /// A wish to be called again later.
    public static func snoozing(_ lease: Lease, dueIn: Duration) throws -> JobCompletion {
        try ending(lease, .snoozed, as: .snoozed, dueIn: dueIn)
    }

    /// A run given back.
    public static func releasing(_ lease: Lease) throws -> JobCompletion {
        try ending(lease, .released, as: .released)
    }
}

extension SourceRecord {
    /// A record with something in every field.
    public static func sample(
        _ source: TopicPartition = TopicPartition(topic: "millrace.jobs.default", partition: 0), offset: Int64
    ) -> SourceRecord {
        SourceRecord(
            source: source, offset: offset, timestamp: ManualClock.start, key: Array("key".utf8),
            value: Array("value \(offset)".utf8), headers: [Header(name: "ce_id", value: Array("\(offset)".utf8))])
    }
}
