/// Why a call to DynamoDB has no answer.
public struct DynamoDBError: Error, Sendable, Equatable {
    /// What a caller can do about it.
    public enum Kind: String, Sendable {
        /// Too much at once; already tried again several times.
        case throttled
        /// Not reachable, or broken on its side; already tried again several times.
        case unavailable
        /// No connection of the pool came free within its `acquireTimeout`, or too many callers wait for one.
        case poolExhausted
        /// The client has been shut down.
        case closed
        /// No answer within the whole call's time limit.
        case deadlineExceeded
        /// The calling task was cancelled.
        case cancelled
        /// A condition in the request did not hold.
        case conditionFailed
        /// The table or index does not exist.
        case notFound
        /// The table exists or is being changed.
        case inUse
        /// The signature, the key or its rights were refused.
        case denied
        /// There are no credentials to sign with.
        case credentials
        /// The request breaks a rule of the service.
        case invalid
        /// The answer is not what the protocol allows.
        case malformed
    }

    /// What a caller can do about it.
    public let kind: Kind
    /// A sentence for the log; may name tables and hosts.
    public let message: String
    /// The service's own name for it, such as `ValidationException`.
    public let code: String?
    /// The service's id of the failed request, for its support.
    public let requestID: String?

    /// Takes the parts.
    public init(_ kind: Kind, _ message: String, code: String? = nil, requestID: String? = nil) {
        self.kind = kind
        self.message = message
        self.code = code
        self.requestID = requestID
    }

    /// Whether the same call may succeed a moment later.
    public var isTransient: Bool {
        switch kind {
        case .throttled, .unavailable, .poolExhausted, .deadlineExceeded, .cancelled: true
        case .closed, .conditionFailed, .notFound, .inUse, .denied, .credentials, .invalid, .malformed: false
        }
    }

    /// Whether the client tries again by itself. A caller that has waited for a connection in vain is told at once:
    /// waiting again would only make the queue longer.
    var isWorthAnotherAttempt: Bool {
        isTransient && kind != .poolExhausted && kind != .cancelled
    }

    /// Whether the keys were refused for what they are, so that newer ones may be taken.
    ///
    /// Source: DynamoDB API reference, "Common Errors".
    var refusesKeys: Bool {
        ["ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId"].contains(code)
    }
}
