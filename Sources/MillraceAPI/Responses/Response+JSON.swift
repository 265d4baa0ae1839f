import HTTPTypes
import Hummingbird
import MillraceDomain

extension Response {
    /// An answer in JSON.
    static func json(
        _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], capacity: Int = 512,
        _ write: (inout JSONWriter) -> Void
    ) -> Response {
        RenderedReply.json(status, headers: headers, capacity: capacity, write).response
    }

    /// An answer in JSON that is written already.
    static func json(
        _ bytes: [UInt8], _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        RenderedReply(bytes, status, headers: headers).response
    }

    /// `{"items": […]}`: a list that is never long enough for pages.
    static func list<Item>(_ items: [Item], _ write: (Item, inout JSONWriter) -> Void) -> Response {
        json { json in
            json.beginObject()
            json.name("items")
            json.beginArray()
            for item in items { write(item, &json) }
            json.endArray()
            json.endObject()
        }
    }
}

extension HTTPFields {
    /// These fields for an answer that may be kept by the client, but must be asked about before it is used again.
    static func validated(by tag: EntityTag) -> HTTPFields {
        [.eTag: tag.text, .cacheControl: "private, no-cache"]
    }
}

extension JSONWriter {
    /// Writes a string or `null`.
    mutating func value(_ string: String?) {
        if let string { value(string) } else { null() }
    }

    /// Writes a whole number or `null`.
    mutating func value(_ number: Int64?) {
        if let number { value(number) } else { null() }
    }

    /// Writes a time or `null`.
    mutating func value(_ time: Timestamp?) {
        if let time { value(time) } else { null() }
    }
}
