import MillraceDomain

/// How a dead record lies in its row.
enum DeadRecordRow {
    /// The columns in the order in which `decode` reads them.
    static let columns: StaticString = """
        id, topic, partition, record_offset, record_at, key, value, header_names, header_values, reason_code,
            reason_message, created_at, owner_id, kind, incarnation
        """

    static let decode: @Sendable (inout RowReader) throws -> DeadRecord = { row in
        let id: DeadRecordID = try row.value()
        let source = TopicPartition(topic: try row.value(), partition: try row.value())
        let (offset, timestamp): (Int64, Timestamp?) = (try row.value(), try row.optional())
        let (key, value): ([UInt8]?, [UInt8]?) = (try row.optional(), try row.optional())
        let (names, values): ([String], [[UInt8]?]) = (try row.array(), try row.optionals())
        let (word, message): (String, String) = (try row.value(), try row.value())
        guard let code = DeadReason.Code(rawValue: word) else {
            throw PostgresError(.decoding, "\(word) is no reason.")
        }
        let record = SourceRecord(
            source: source, offset: offset, timestamp: timestamp, key: key, value: value,
            headers: zip(names, values).map { SourceRecord.Header(name: $0, value: $1) })
        return DeadRecord(
            id: id, record: record, reason: DeadReason(code, message), createdAt: try row.value(),
            ownerID: try row.optional(), kind: try row.optional(String.self).map { JobKind(stored: $0) },
            incarnation: try row.optional())
    }
}
