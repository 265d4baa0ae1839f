public import MillraceDomain

/// A record to be sent.
public struct KafkaMessage: Hashable, Sendable {
    public var topic: String
    /// Decides the partition; nil lets the library spread.
    public var key: [UInt8]?
    public var value: [UInt8]?
    public var headers: [SourceRecord.Header]

    public init(
        topic: String, key: [UInt8]? = nil, value: [UInt8]? = nil, headers: [SourceRecord.Header] = []
    ) {
        self.topic = topic
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// About how many bytes it takes while it waits.
    var weight: Int {
        headers.reduce(256 + (key?.count ?? 0) + (value?.count ?? 0)) { $0 + 64 + ($1.value?.count ?? 0) }
    }
}

extension SourceRecord.Header {
    /// A header whose value is text.
    init(_ name: String, _ text: String) {
        self.init(name: name, value: Array(text.utf8))
    }
}
