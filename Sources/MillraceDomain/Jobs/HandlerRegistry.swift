/// Finds the code for a kind.
public protocol HandlerRegistry: Sendable {
    /// The handler that runs this kind; nil when this process has none.
    func handler(for description: KindDescription) -> (any JobHandler)?

    /// The handler that runs this kind in a transaction; it comes before any other. Nil when this process has none.
    func transactionalHandler(for description: KindDescription) -> (any TransactionalJobHandler)?
}

extension HandlerRegistry {
    /// None.
    public func transactionalHandler(for description: KindDescription) -> (any TransactionalJobHandler)? { nil }
}
