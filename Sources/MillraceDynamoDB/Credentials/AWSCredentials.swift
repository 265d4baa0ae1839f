/// What signs requests to AWS.
public struct AWSCredentials: Sendable, Equatable {
    /// Names the key; not a secret.
    public let accessKeyID: String
    /// Signs; never printed.
    public let secretAccessKey: String
    /// Goes along with temporary keys; never printed.
    public let sessionToken: String?

    /// Takes the parts.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}

extension AWSCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The key's name alone.
    public var description: String { "AWSCredentials(\(accessKeyID))" }
    /// The key's name alone.
    public var debugDescription: String { description }
    /// The key's name alone, also for `dump`.
    public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
