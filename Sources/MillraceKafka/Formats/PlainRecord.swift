import MillraceDomain

/// A record without event headers: the members of `POST /jobs` as its value.
enum PlainRecord {
    /// - Throws: `DeadReason` `empty`, `malformed_json`, `invalid_submission` or `too_large`.
    static func decode(
        _ record: SourceRecord, incarnation: Int32, queue: QueueName, limits: SubmissionLimits
    ) throws(DeadReason) -> RecordSubmission {
        guard let value = record.value, !value.isEmpty else {
            throw DeadReason(.empty, "The record has no value.")
        }
        let json = try JSONText(recordEnvelope: value)
        let submission: JobSubmission
        do { submission = try JobSubmission(json: json, queue: queue, limits: limits) } catch {
            throw DeadReason(error)
        }
        let identity = submission.id.map(RecordIdentity.job) ?? .place(record, incarnation: incarnation)
        return RecordSubmission(
            identity: identity.uniqueID, jobID: submission.id ?? identity.derivedJobID, ownerID: nil,
            submission: submission)
    }

    static func encode(_ submission: JobSubmission, topic: String, key: [UInt8]? = nil) -> KafkaMessage {
        var writer = JSONWriter()
        writer.beginObject()
        if let id = submission.id { writer.member("id", id.description) }
        writer.member("kind", submission.kind.text)
        writer.name("payload")
        writer.value(submission.payload)
        writer.member("queue", submission.queue.text)
        if let orderingKey = submission.orderingKey { writer.member("ordering_key", orderingKey) }
        if let runAt = submission.runAt { writer.member("run_at", runAt.description) }
        if let expiresAt = submission.expiresAt { writer.member("expires_at", expiresAt.description) }
        writer.member("priority", submission.priority)
        if let maxAttempts = submission.maxAttempts { writer.member("max_attempts", maxAttempts) }
        if let timeout = submission.timeout { writer.member("timeout_ms", timeout.milliseconds) }
        if let retry = submission.retry { writer.member("retry", retry) }
        if !submission.tags.isEmpty { writer.member("tags", submission.tags) }
        if let unique = submission.unique {
            writer.name("unique")
            unique.write(to: &writer)
        }
        writer.name("metadata")
        writer.value(submission.metadata)
        writer.endObject()
        return KafkaMessage(topic: topic, key: key, value: writer.bytes)
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: StaticString, _ value: String) {
        self.name(name)
        self.value(value)
    }

    fileprivate mutating func member(_ name: StaticString, _ value: some FixedWidthInteger) {
        self.name(name)
        self.value(value)
    }

    fileprivate mutating func member(_ name: StaticString, _ values: [String]) {
        self.name(name)
        beginArray()
        for value in values { self.value(value) }
        endArray()
    }

    fileprivate mutating func member(_ name: StaticString, _ retry: RetryOverride) {
        self.name(name)
        beginObject()
        if let base = retry.base { member("base_ms", base.milliseconds) }
        if let cap = retry.cap { member("cap_ms", cap.milliseconds) }
        if let maxAge = retry.maxAge { member("max_age_ms", maxAge.milliseconds) }
        endObject()
    }
}
