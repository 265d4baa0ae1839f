import MillraceDomain

/// The form of an archived job as an item. Times are microseconds since the epoch, durations microseconds.
///
/// What the keys say is not said again: the id, the generation, the owner and the creation are read from them.
enum ArchiveItem {
    /// The item of a job, within DynamoDB's size limit.
    static func encode(_ archived: ArchivedJob) -> Item {
        let job = archived.job
        var item = facts(job).merging(submission(job.submission)) { fact, _ in fact }
        item.merge(ArchiveKey.item(job.id, generation: job.generation)) { _, key in key }
        item["owner"] = ArchiveKey.owner(job.ownerID)
        item["owner_state"] = ArchiveKey.ownerState(job.ownerID, job.state)
        item["created"] = .string(ArchiveKey.created(job.createdAt, job.id.uniqueID))
        if !archived.attempts.isEmpty { item["attempts"] = attempts(archived.attempts) }
        if let expiresAt = archived.expiresAt {
            // Whole seconds, not before the time; what that is too late is kept beside it.
            let late = (1_000_000 - expiresAt.microseconds % 1_000_000) % 1_000_000
            item["ttl"] = .number((expiresAt.microseconds + late) / 1_000_000)
            if late > 0 { item["ttl_late"] = .number(late) }
        }
        return ArchiveTrim.fitted(item)
    }

    /// The job of an item.
    static func decode(_ item: Item) throws(DynamoDBError) -> ArchivedJob {
        let reader = ItemReader(item)
        let entry = try ArchiveEntry(item)
        let owner = try reader.string("owner").split(separator: "#").last.flatMap { UserID($0) }
        guard let owner, let state = entry.state else {
            throw DynamoDBError(.malformed, "an archived job has no readable owner or state")
        }
        let job = Job(
            id: entry.id, ownerID: owner, submission: try submission(entry.id, reader), state: state,
            attempt: try reader.integer("attempt"), lostLeases: try reader.integer("lost_leases"),
            generation: entry.generation, cancelRequestedAt: reader.optionalTime("cancel_requested_at"),
            progress: try progress(reader), createdAt: entry.createdAt, startedAt: reader.optionalTime("started_at"),
            finishedAt: reader.optionalTime("finished_at"), nextAttemptAt: reader.optionalTime("next_attempt_at"),
            lastError: try error(reader.map("last_error")),
            result: reader.optionalString("result").map { JSONText(stored: $0) })
        return ArchivedJob(job: job, attempts: try attempts(reader), expiresAt: expiry(reader))
    }

    private static func expiry(_ reader: ItemReader) -> Timestamp? {
        reader.optionalInteger("ttl").map { ttl in
            Timestamp(microseconds: Int64(ttl) * 1_000_000 - Int64(reader.optionalInteger("ttl_late") ?? 0))
        }
    }

    private static func facts(_ job: Job) -> Item {
        var item: Item = [
            "state": .string(job.state.rawValue), "attempt": .number(job.attempt),
            "lost_leases": .number(job.lostLeases),
        ]
        item["cancel_requested_at"] = job.cancelRequestedAt.map(time)
        item["started_at"] = job.startedAt.map(time)
        item["finished_at"] = job.finishedAt.map(time)
        item["next_attempt_at"] = job.nextAttemptAt.map(time)
        item["result"] = job.result.map { .string($0.text) }
        item["progress"] = job.progress.map { .map(["percent": .number($0.percent), "text": .string($0.text)]) }
        item["last_error"] = job.lastError.map(error)
        return item
    }

    private static func submission(_ submission: JobSubmission) -> Item {
        var item: Item = [
            "kind": .string(submission.kind.text), "payload": .string(submission.payload.text),
            "queue": .string(submission.queue.text), "priority": .number(submission.priority),
            "tags": .list(submission.tags.map(AttributeValue.string)), "metadata": .string(submission.metadata.text),
        ]
        item["ordering_key"] = submission.orderingKey.map(AttributeValue.string)
        item["unique"] = submission.unique.map { .string($0.json.text) }
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
            }, tags: reader.strings("tags"), metadata: JSONText(stored: try reader.string("metadata")),
            unique: try unique(reader))
    }

    private static func unique(_ reader: ItemReader) throws(DynamoDBError) -> UniqueClaim? {
        guard let text = reader.optionalString("unique") else { return nil }
        do { return try UniqueClaim(JSONText(stored: text)) } catch {
            throw DynamoDBError(.malformed, "an archived job has no readable claim")
        }
    }

    private static func progress(_ reader: ItemReader) throws(DynamoDBError) -> JobProgress? {
        guard let progress = reader.map("progress") else { return nil }
        return JobProgress(percent: try progress.integer("percent"), text: try progress.string("text"))
    }

    private static func duration(_ duration: Duration) -> AttributeValue { .number(duration.microseconds) }
}
