/// One header of a record. Names may repeat; values are bytes.
public struct KafkaHeader: Sendable, Hashable {
    public var name: String
    /// Nil is a header without value, which is not the same as an empty one.
    public var value: [UInt8]?

    public init(_ name: String, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    /// A header whose value is text.
    public init(_ name: String, _ text: String) {
        self.init(name, Array(text.utf8))
    }
}
