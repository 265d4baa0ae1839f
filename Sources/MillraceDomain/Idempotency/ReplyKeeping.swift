/// A request that may be sent again, and how its reply is made of what was done: the reply is kept in the transaction
/// that does it.
public struct ReplyKeeping<Value: Sendable>: Sendable {
    /// The request.
    public let request: IdempotentRequest
    /// The reply to keep; nil where nothing was done, or shall be undone. Called inside the transaction.
    public let reply: @Sendable (Value) -> KeptReply?

    /// Asks for a reply to be kept.
    public init(_ request: IdempotentRequest, reply: @escaping @Sendable (Value) -> KeptReply?) {
        self.request = request
        self.reply = reply
    }
}

/// What a request that may be sent again has come to.
public enum RepeatableAnswer<Value: Sendable>: Sendable {
    /// It was done now, or refused.
    case done(Value)
    /// It had been done: this was the reply.
    case repeated(KeptReply)
}
