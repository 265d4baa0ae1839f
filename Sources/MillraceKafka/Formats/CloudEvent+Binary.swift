import MillraceDomain

/// Binary content mode: attributes are headers `ce_…`, the value is the data.
///
/// Source: Kafka protocol binding for CloudEvents 1.0.2, section 3.2.
extension CloudEvent {
    private static let prefix = "ce_"

    /// Whether a record's headers claim to be an event's.
    static func isBinary(_ headers: RecordHeaders) -> Bool { headers.containsPrefix(prefix) }

    func binaryMessage(topic: String, key: [UInt8]? = nil) -> KafkaMessage {
        var headers = attributes.sorted { $0.key < $1.key }.map { SourceRecord.Header(Self.prefix + $0.key, $0.value) }
        if data != nil { headers.append(.init("content-type", "application/json")) }
        return KafkaMessage(topic: topic, key: key, value: data.map { Array($0.bytes) }, headers: headers)
    }

    /// - Throws: `DeadReason` `malformed_event`, `empty` or `malformed_json`.
    init(binary record: SourceRecord, _ headers: RecordHeaders) throws(DeadReason) {
        let attributes: [String: String]
        let mediaType: String?
        do throws(RecordHeaders.Fault) {
            attributes = try headers.texts(prefix: Self.prefix)
            mediaType = try headers.mediaType()
        } catch {
            throw DeadReason(.malformedEvent, error.message)
        }
        if let mediaType, !MediaType.isJSON(mediaType) {
            throw DeadReason(.malformedEvent, "The event's data is not JSON: its content-type is another.")
        }
        guard let value = record.value, !value.isEmpty else {
            throw DeadReason(.empty, "The record has no value.")
        }
        try self.init(attributes: attributes, data: JSONText(recordValue: value))
    }
}
