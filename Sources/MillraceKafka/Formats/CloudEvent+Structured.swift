import MillraceDomain

/// Structured content mode: the value is one JSON object of attributes and data.
///
/// Source: Kafka protocol binding for CloudEvents 1.0.2, section 3.3; JSON event format 1.0.2.
extension CloudEvent {
    private static let mediaType = "application/cloudevents+json"

    /// Whether a media type announces a whole event, in whatever format.
    static func isStructured(_ mediaType: String?) -> Bool {
        mediaType?.hasPrefix("application/cloudevents") ?? false
    }

    func structuredMessage(topic: String, key: [UInt8]? = nil) -> KafkaMessage {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
            writer.name(name)
            writer.value(value)
        }
        if let data {
            writer.name("datacontenttype")
            writer.value("application/json")
            writer.name("data")
            writer.value(data)
        }
        writer.endObject()
        return KafkaMessage(
            topic: topic, key: key, value: writer.bytes, headers: [.init("content-type", Self.mediaType)])
    }

    /// - Throws: `DeadReason` `malformed_event`, `empty` or `malformed_json`.
    init(structured record: SourceRecord, mediaType: String?) throws(DeadReason) {
        guard mediaType == Self.mediaType else {
            throw DeadReason(.malformedEvent, "Of the event formats only \(Self.mediaType) is read.")
        }
        guard let value = record.value, !value.isEmpty else {
            throw DeadReason(.empty, "The record has no value.")
        }
        guard let members = try JSONText(recordEnvelope: value).members else {
            throw DeadReason(.malformedEvent, "The event is not an object.")
        }
        var (attributes, data): ([String: String], JSONText?) = ([:], nil)
        for (name, value) in members where value.kind != .null {
            switch name {
            case "data": data = value
            case "data_base64":
                throw DeadReason(.malformedEvent, "data_base64: only JSON data is read.")
            default: attributes[name] = try Self.attribute(name, value)
            }
        }
        if let type = attributes.removeValue(forKey: "datacontenttype"), !MediaType.isJSON(MediaType.essence(type)) {
            throw DeadReason(.malformedEvent, "datacontenttype: only JSON data is read.")
        }
        try self.init(attributes: attributes, data: data)
    }

    private static func attribute(_ name: String, _ value: JSONText) throws(DeadReason) -> String {
        let text: String?
        switch value.kind {
        case .string: text = value.string
        case .number: text = value.integer.map { "\($0)" }
        case .boolean: text = value.text
        case .object, .array, .null: text = nil
        }
        guard let text, !text.unicodeScalars.contains(where: \.isControl) else {
            throw DeadReason(.malformedEvent, "The event's attribute \(name) is of a type that none can be.")
        }
        return text
    }
}
