import MillraceDomain
import Testing

@testable import MillraceKafka

/// A record that must not become a job, and the reason it is kept with.
struct UnreadableRecord: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let record: SourceRecord
    let code: DeadReason.Code

    static func value(_ name: String, _ code: DeadReason.Code, _ bytes: [UInt8]?) -> UnreadableRecord {
        UnreadableRecord(testDescription: name, record: .sample(value: bytes), code: code)
    }

    static func plain(_ name: String, _ code: DeadReason.Code, _ json: String) -> UnreadableRecord {
        value(name, code, Array(json.utf8))
    }

    /// A good binary event, changed: nil takes a header away.
    static func event(
        _ name: String, _ code: DeadReason.Code, _ changes: KeyValuePairs<String, String?>, value: String = "{}"
    ) -> UnreadableRecord {
        var texts = ["ce_specversion": "1.0", "ce_id": "1", "ce_source": "/s", "ce_type": "noop"]
        for (header, text) in changes { texts[header] = text }
        let headers = texts.sorted { $0.key < $1.key }.map { SourceRecord.Header($0.key, $0.value) }
        let record = SourceRecord.sample(value: Array(value.utf8), headers: headers)
        return UnreadableRecord(testDescription: name, record: record, code: code)
    }

    static func headers(
        _ name: String, _ code: DeadReason.Code, _ headers: [SourceRecord.Header], value: [UInt8]? = [0x7B, 0x7D]
    ) -> UnreadableRecord {
        UnreadableRecord(testDescription: name, record: .sample(value: value, headers: headers), code: code)
    }

    static func structured(_ name: String, _ code: DeadReason.Code, _ json: String) -> UnreadableRecord {
        headers(
            name, code, [.init("content-type", "application/cloudevents+json")], value: Array(json.utf8))
    }

    static let good: [SourceRecord.Header] = [
        .init("ce_specversion", "1.0"), .init("ce_id", "1"), .init("ce_source", "/s"), .init("ce_type", "noop"),
    ]
}
