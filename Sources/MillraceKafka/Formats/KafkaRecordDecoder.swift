public import MillraceDomain

/// Understands the record formats: dispatches, CloudEvents in both modes, plain JSON.
public struct KafkaRecordDecoder: RecordDecoder {
    private let settings: KafkaSettings
    private let limits: SubmissionLimits

    /// - Parameter limits: how large a submission may be; ``KafkaSettings/maxRecordBytes`` bounds the record around it.
    public init(settings: KafkaSettings, limits: SubmissionLimits = SubmissionLimits()) {
        self.settings = settings
        self.limits = limits
    }

    /// What a record says; whatever cannot be understood is `.unreadable` with the reason.
    public func decode(_ record: SourceRecord, incarnation: Int32) -> DecodedRecord {
        let headers = RecordHeaders(record.headers)
        if DispatchRecord.matches(headers) { return DispatchRecord.decode(headers) }
        do throws(DeadReason) {
            return .submission(try ordered(submission(record, headers, incarnation), by: record))
        } catch {
            return .unreadable(error, owner: owner(named: record, headers))
        }
    }

    /// Whose job an unreadable record would have become, as far as that can be told and is trusted.
    private func owner(named record: SourceRecord, _ headers: RecordHeaders) -> UserID? {
        guard settings.trustOwnerHeader else { return nil }
        if let name = try? headers.text("ce_mrowner") { return UserID(name) }
        guard (record.value?.count ?? 0) <= settings.maxRecordBytes, let json = try? JSONText(record.value ?? []) else {
            return nil
        }
        return json.members?.first { $0.name == "mrowner" }?.value.string.flatMap { UserID($0) }
    }

    private func submission(
        _ record: SourceRecord, _ headers: RecordHeaders, _ incarnation: Int32
    ) throws(DeadReason) -> RecordSubmission {
        if let count = record.value?.count, count > settings.maxRecordBytes {
            throw DeadReason(
                .tooLarge, "The record has \(count) bytes, more than the \(settings.maxRecordBytes) that are read.")
        }
        let queue = try queue(of: record)
        guard let event = try event(record, headers) else {
            return try PlainRecord.decode(record, incarnation: incarnation, queue: queue, limits: limits)
        }
        return try event.submission(queue: queue, limits: limits, trustsOwner: settings.trustOwnerHeader)
    }

    /// The same with the record's key as its ordering key, where that is configured and the record names no other.
    private func ordered(
        _ request: RecordSubmission, by record: SourceRecord
    ) throws(DeadReason) -> RecordSubmission {
        guard settings.orderByRecordKey, request.submission.orderingKey == nil, let key = record.key, !key.isEmpty
        else { return request }
        // The order of a key is promised or refused, never quietly left out.
        guard let text = String(validating: key, as: UTF8.self) else {
            throw DeadReason(.invalidSubmission, "record key: must be UTF-8 to be an ordering key.")
        }
        do throws(FieldError) { try OrderingKey.check(text) } catch {
            throw DeadReason(.invalidSubmission, "record key: \(error.detail).")
        }
        var submission = request.submission
        submission.orderingKey = text
        return RecordSubmission(
            identity: request.identity, jobID: request.jobID, ownerID: request.ownerID, submission: submission)
    }

    /// The event that a record carries; nil when it does not claim to be one.
    private func event(_ record: SourceRecord, _ headers: RecordHeaders) throws(DeadReason) -> CloudEvent? {
        let mediaType: String?
        do { mediaType = try headers.mediaType() } catch { throw DeadReason(.malformedEvent, error.message) }
        if CloudEvent.isStructured(mediaType) { return try CloudEvent(structured: record, mediaType: mediaType) }
        return CloudEvent.isBinary(headers) ? try CloudEvent(binary: record, headers) : nil
    }

    private func queue(of record: SourceRecord) throws(DeadReason) -> QueueName {
        let name = settings.queue(ofTopic: record.source.topic) ?? ""
        do { return try QueueName(name) } catch {
            throw DeadReason(.invalidSubmission, "The topic is not named after a queue: its name \(error.detail).")
        }
    }
}
