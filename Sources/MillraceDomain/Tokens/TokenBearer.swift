/// Whom a token speaks for, and how long it will.
public struct TokenBearer: Hashable, Sendable {
    /// The token's user and what it permits.
    public let caller: Caller
    /// How long it stays valid, counted from the store's answer and by the store's clock; nil for ever.
    public let validFor: Duration?

    /// Makes a bearer.
    public init(caller: Caller, validFor: Duration?) {
        self.caller = caller
        self.validFor = validFor
    }
}
