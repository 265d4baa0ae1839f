/// A reply as its client got it or should have got it, to be given again.
public struct KeptReply: Hashable, Sendable {
    /// One header field.
    public struct Header: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: String

        /// Makes a header field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The status.
    public let status: Int
    /// The header fields that belong to the reply, none that belong to one sending of it.
    public let headers: [Header]
    /// The body.
    public let body: [UInt8]

    /// Makes a reply.
    public init(status: Int, headers: [Header], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
