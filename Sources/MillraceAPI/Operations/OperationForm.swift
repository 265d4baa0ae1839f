import MillraceDomain

extension Erasure {
    /// Writes the erasure as the operation that clients see.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.name("id")
        json.value(id.description)
        json.name("kind")
        json.value("erase_user")
        json.name("user_id")
        json.value(userID.description)
        json.name("state")
        json.value(phase == .done ? "succeeded" : "running")
        json.name("progress")
        json.beginObject()
        json.name("percent")
        json.value(percent)
        json.name("text")
        json.value(phase.words)
        json.endObject()
        json.name("removed")
        json.beginObject()
        json.name("jobs")
        json.value(removedJobs)
        json.name("archived_jobs")
        json.value(removedArchivedJobs)
        json.name("dead_records")
        json.value(removedDeadRecords)
        json.name("idempotency_records")
        json.value(removedIdempotencyRecords)
        json.name("unique_claims")
        json.value(removedUniqueClaims)
        json.endObject()
        json.name("created_at")
        json.value(createdAt)
        json.name("updated_at")
        json.value(updatedAt)
        json.name("finished_at")
        json.value(finishedAt)
        json.endObject()
    }
}

extension Erasure.Phase {
    fileprivate var words: String {
        switch self {
        case .jobs: "removing jobs"
        case .archive: "removing archived jobs"
        case .deadRecords: "removing dead records and what is kept of requests"
        case .verifying: "looking for what was on its way"
        case .done: "everything is removed"
        }
    }
}
