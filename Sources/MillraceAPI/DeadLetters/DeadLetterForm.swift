import MillraceDomain

extension DeadLetter {
    /// Writes the dead letter as clients see it: a record whole, or a job.
    func write(to json: inout JSONWriter, isArchived: Bool = false) {
        json.beginObject()
        json.name("type")
        switch self {
        case .record(let record):
            json.value("record")
            json.name("record")
            record.write(to: &json)
        case .job(let job):
            json.value("job")
            json.name("job")
            job.write(to: &json, isArchived: isArchived)
        }
        json.endObject()
    }
}

extension DeadRecord {
    /// Writes the record with its bytes in base64, as they may be anything.
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.name("id")
        json.value(id.description)
        json.name("reason")
        json.beginObject()
        json.name("code")
        json.value(reason.code.rawValue)
        json.name("message")
        json.value(reason.message)
        json.endObject()
        json.name("owner_id")
        json.value(ownerID?.description)
        json.name("kind")
        json.value(kind?.text)
        json.name("topic")
        json.value(record.source.topic)
        json.name("partition")
        json.value(record.source.partition)
        json.name("offset")
        json.value(record.offset)
        json.name("timestamp")
        json.value(record.timestamp)
        json.name("key")
        json.value(record.key.map(Base64.encode))
        json.name("value")
        json.value(record.value.map(Base64.encode))
        json.name("headers")
        json.beginArray()
        for header in record.headers { header.write(to: &json) }
        json.endArray()
        json.name("created_at")
        json.value(createdAt)
        json.endObject()
    }
}

extension SourceRecord.Header {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.name("name")
        json.value(name)
        json.name("value")
        json.value(value.map(Base64.encode))
        json.endObject()
    }
}
