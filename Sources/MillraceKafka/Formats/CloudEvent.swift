import MillraceDomain

/// A CloudEvents 1.0 event, whichever way it travelled: attributes as text, data as it was sent.
///
/// Source: CloudEvents specification 1.0.2, https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
struct CloudEvent: Hashable {
    /// By name, `specversion` and our extensions (`mr…`) included; `datacontenttype` not.
    var attributes: [String: String]
    /// The payload; nil when the event has none.
    var data: JSONText?

    /// Makes an event with the attributes that every event has.
    init(id: String, source: String, type: String, extensions: [String: String] = [:], data: JSONText?) {
        attributes = extensions
        attributes["specversion"] = "1.0"
        attributes["id"] = id
        attributes["source"] = source
        attributes["type"] = type
        self.data = data
    }

    /// Takes attributes from outside and checks what every event must have.
    ///
    /// - Throws: `DeadReason` `malformed_event`.
    init(attributes: [String: String], data: JSONText?) throws(DeadReason) {
        for name in ["specversion", "id", "source", "type"] where attributes[name]?.isEmpty ?? true {
            throw DeadReason(.malformedEvent, "The event lacks its attribute \(name).")
        }
        guard attributes["specversion"] == "1.0" else {
            throw DeadReason(.malformedEvent, "The event is not of CloudEvents 1.0.")
        }
        if let time = attributes["time"], Timestamp(time) == nil {
            throw DeadReason(.malformedEvent, "The event's time is not an RFC 3339 time.")
        }
        self.attributes = attributes
        self.data = data
    }
}
