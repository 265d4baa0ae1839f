import MillraceDomain

extension Job {
    /// Writes the job as clients see it; members without a value are there, as null.
    func write(to json: inout JSONWriter, isArchived: Bool = false) {
        json.beginObject()
        writeIdentity(to: &json)
        submission.writeTerms(to: &json, createdAt: createdAt)
        writeStanding(to: &json)
        json.name("archived")
        json.value(isArchived)
        json.endObject()
    }

    private func writeIdentity(to json: inout JSONWriter) {
        json.name("id")
        json.value(id.description)
        json.name("owner_id")
        json.value(ownerID.description)
    }

    private func writeStanding(to json: inout JSONWriter) {
        json.name("state")
        json.value(state.rawValue)
        json.name("attempt")
        json.value(attempt)
        json.name("lost_leases")
        json.value(lostLeases)
        json.name("progress")
        json.value(progress)
        json.name("created_at")
        json.value(createdAt)
        json.name("started_at")
        json.value(startedAt)
        json.name("finished_at")
        json.value(finishedAt)
        json.name("next_attempt_at")
        json.value(nextAttemptAt)
        json.name("last_error")
        json.value(lastError)
        json.name("result")
        if let result { json.value(result) } else { json.null() }
    }
}

extension JobSubmission {
    /// Writes what was asked for, with the defaults that were filled in.
    fileprivate func writeTerms(to json: inout JSONWriter, createdAt: Timestamp) {
        json.name("kind")
        json.value(kind.text)
        json.name("payload")
        json.value(payload)
        json.name("queue")
        json.value(queue.text)
        json.name("ordering_key")
        json.value(orderingKey)
        json.name("run_at")
        json.value(runAt ?? createdAt)
        json.name("expires_at")
        json.value(expiresAt)
        json.name("priority")
        json.value(priority)
        json.name("max_attempts")
        json.value(maxAttempts.map(Int64.init))
        json.name("timeout_ms")
        json.value(timeout?.milliseconds)
        json.name("retry")
        json.value(retry)
        json.name("unique")
        if let unique { unique.write(to: &json) } else { json.null() }
        json.name("tags")
        json.beginArray()
        for tag in tags { json.value(tag) }
        json.endArray()
        json.name("metadata")
        json.value(metadata)
    }
}

extension JSONWriter {
    /// Writes why an attempt failed, or `null`.
    mutating func value(_ error: JobErrorRecord?) {
        guard let error else { return null() }
        beginObject()
        name("code")
        value(error.code)
        name("message")
        value(error.message)
        name("at")
        value(error.at)
        endObject()
    }

    fileprivate mutating func value(_ progress: JobProgress?) {
        guard let progress else { return null() }
        beginObject()
        name("percent")
        value(progress.percent)
        name("text")
        value(progress.text)
        endObject()
    }

    fileprivate mutating func value(_ retry: RetryOverride?) {
        guard let retry else { return null() }
        beginObject()
        name("base_ms")
        value(retry.base?.milliseconds)
        name("cap_ms")
        value(retry.cap?.milliseconds)
        name("max_age_ms")
        value(retry.maxAge?.milliseconds)
        endObject()
    }
}
