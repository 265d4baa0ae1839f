import MillraceDomain

extension CloudEvent {
    /// The attributes that say what `POST /jobs` says with a member, and the member.
    private static let strings: KeyValuePairs<String, StaticString> = [
        "type": "kind", "mrid": "id", "mrrunat": "run_at", "mrexpiresat": "expires_at",
        "partitionkey": "ordering_key",
    ]
    private static let numbers: KeyValuePairs<String, StaticString> = [
        "mrpriority": "priority", "mrmaxattempts": "max_attempts", "mrtimeoutms": "timeout_ms",
    ]

    /// What the event asks for.
    ///
    /// - Throws: `DeadReason` `invalid_submission` or `too_large`.
    func submission(
        queue: QueueName, limits: SubmissionLimits, trustsOwner: Bool
    ) throws(DeadReason) -> RecordSubmission {
        let ownerID = try owner(isTrusted: trustsOwner)
        var submission: JobSubmission
        do throws(DomainError) {
            submission = try JobSubmission(json: members, queue: queue, limits: limits)
            submission.payload = try payload(limits)
        } catch {
            throw DeadReason(error, names: Self.attribute(of:))
        }
        let identity = RecordIdentity.event(source: attributes["source"] ?? "", id: attributes["id"] ?? "")
        return RecordSubmission(
            identity: identity.uniqueID, jobID: submission.id ?? identity.derivedJobID, ownerID: ownerID,
            submission: submission)
    }

    /// The attributes as the members of a submission: one set of rules for every carrier.
    private var members: JSONText {
        var writer = JSONWriter()
        writer.beginObject()
        for (attribute, member) in Self.strings {
            guard let text = attributes[attribute] else { continue }
            writer.name(member)
            writer.value(text)
        }
        for (attribute, member) in Self.numbers {
            guard let text = attributes[attribute] else { continue }
            writer.name(member)
            // What is not a number stays text, and is refused as that.
            if let number = Int64(text), text == "\(number)" { writer.value(number) } else { writer.value(text) }
        }
        writer.endObject()
        return JSONText(stored: writer.bytes)
    }

    private func payload(_ limits: SubmissionLimits) throws(DomainError) -> JSONText {
        guard let data else { return .emptyObject }
        do { try data.requirePayloadSize(limits) } catch { throw .invalid([error.under("/payload")]) }
        return data
    }

    private func owner(isTrusted: Bool) throws(DeadReason) -> UserID? {
        guard let text = attributes["mrowner"] else { return nil }
        guard isTrusted else {
            throw DeadReason(.invalidSubmission, "mrowner: records may not name their owner here.")
        }
        guard let ownerID = UserID(text) else { throw DeadReason(.invalidSubmission, "mrowner: must be a UUID.") }
        return ownerID
    }

    /// The attribute that stands for the member at a JSON Pointer.
    private static func attribute(of pointer: String) -> String {
        for (attribute, member) in strings where pointer == "/\(member)" { return attribute }
        for (attribute, member) in numbers where pointer == "/\(member)" { return attribute }
        return pointer == "/payload" ? "data" : pointer
    }
}
