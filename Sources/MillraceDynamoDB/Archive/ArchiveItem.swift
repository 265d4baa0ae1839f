import MillraceDomain

/// The form of an archived job as an item. Times are microseconds since the epoch, durations microseconds.
enum ArchiveItem {
    /// The item of a job, within DynamoDB's size limit.
    static func encode(_ job: Job, retention: Duration?) -> Item {
        var item = facts(job).merging(submission(job.submission)) { fact, _ in fact }
        item["pk"] = ArchiveKey.partition(job.id)
        item["owner"] = ArchiveKey.owner(job.ownerID)
        item["created"] = ArchiveKey.created(job.createdAt, job.id.uniqueID)
        if let retention {
            let expiry = (job.finishedAt ?? job.createdAt) + retention
            item["ttl"] = .number(expiry.microseconds / 1_000_000)
        }
        return ArchiveTrim.fitted(item)
    }

    /// The job of an item.
    static func decode(_ item: Item) throws(DynamoDBError) -> Job {
        let reader = ItemReader(item)
        let id: JobID = try reader.identifier("id")
        let state = try JobState(rawValue: reader.string("state"))
        guard let state else { throw DynamoDBError(.malformed, "an archived job has an unknown state") }
        return Job(
            id: id, ownerID: try reader.identifier("owner_id"), submission: try submission(id, reader), state: state,
            attempt: try reader.integer("attempt"), lostLeases: try reader.integer("lost_leases"),
            generation: try reader.integer("generation"),
            cancelRequestedAt: reader.optionalTime("cancel_requested_at"), progress: try progress(reader),
            createdAt: try reader.time("created_at"), startedAt: reader.optionalTime("started_at"),
            finishedAt: reader.optionalTime("finished_at"), nextAttemptAt: reader.optionalTime("next_attempt_at"),
            lastError: try lastError(reader), result: reader.optionalString("result").map { JSONText(stored: $0) })
    }

    private static func facts(_ job: Job) -> Item {
        var item: Item = [
            "id": .string("\(job.id)"), "owner_id": .string("\(job.ownerID)"), "state": .string(job.state.rawValue),
            "attempt": .number(job.attempt), "lost_leases": .number(job.lostLeases),
            "generation": .number(job.generation), "created_at": time(job.createdAt),
        ]
        item["cancel_requested_at"] = job.cancelRequestedAt.map(time)
        item["started_at"] = job.startedAt.map(time)
        item["finished_at"] = job.finishedAt.map(time)
        item["next_attempt_at"] = job.nextAttemptAt.map(time)
        item["result"] = job.result.map { .string($0.text) }
        item["progress"] = job.progress.map { .map(["percent": .number($0.percent), "text": .string($0.text)]) }
        item["last_error"] = job.lastError.map {
            .map(["code": .string($0.code), "message": .string($0.message), "at": time($0.at)])
        }
        return item
    }

    private static func submission(_ submission: JobSubmission) -> Item {
        var item: Item = [
            "kind": .string(submission.kind.text), "payload": .string(submission.payload.text),
            "queue": .string(submission.queue.text), "priority": .number(submission.priority),
            "tags": .list(submission.tags.map(AttributeValue.string)), "metadata": .string(submission.metadata.text),
        ]
        item["ordering_key"] = submission.orderingKey.map(AttributeValue.string)
        item["run_at"] = submission.runAt.map(time)
        item["expires_at"] = submission.expiresAt.map(time)
        item["max_attempts"] = submission.maxAttempts.map { .number($0) }
        item["timeout"] = submission.timeout.map(duration)
        item["retry"] = submission.retry.map { retry in
            let members = ["base": retry.base, "cap": retry.cap, "max_age": retry.maxAge]
            return .map(members.compactMapValues { $0.map(duration) })
        }
        return item
    }

    private static func submission(_ id: JobID, _ reader: ItemReader) throws(DynamoDBError) -> JobSubmission {
        JobSubmission(
            id: id, kind: JobKind(stored: try reader.string("kind")),
            payload: JSONText(stored: try reader.string("payload")),
            queue: QueueName(stored: try reader.string("queue")), orderingKey: reader.optionalString("ordering_key"),
            runAt: reader.optionalTime("run_at"), expiresAt: reader.optionalTime("expires_at"),
            priority: try reader.integer("priority"), maxAttempts: reader.optionalInteger("max_attempts"),
            timeout: reader.optionalDuration("timeout"),
            retry: reader.map("retry").map { retry in
                RetryOverride(
                    base: retry.optionalDuration("base"), cap: retry.optionalDuration("cap"),
                    maxAge: retry.optionalDuration("max_age"))
            }, tags: reader.strings("tags"), metadata: JSONText(stored: try reader.string("metadata")))
    }

    private static func progress(_ reader: ItemReader) throws(DynamoDBError) -> JobProgress? {
        guard let progress = reader.map("progress") else { return nil }
        return JobProgress(percent: try progress.integer("percent"), text: try progress.string("text"))
    }

    private static func lastError(_ reader: ItemReader) throws(DynamoDBError) -> JobErrorRecord? {
        guard let error = reader.map("last_error") else { return nil }
        return JobErrorRecord(
            code: try error.string("code"), message: try error.string("message"), at: try error.time("at"))
    }

    private static func time(_ time: Timestamp) -> AttributeValue { .number(time.microseconds) }
    private static func duration(_ duration: Duration) -> AttributeValue { .number(duration.microseconds) }
}
