/// Shows the handler catalogue.
public struct ListKinds: Sendable {
    private let catalogue: HandlerCatalogue

    /// Makes the use case.
    public init(catalogue: HandlerCatalogue) {
        self.catalogue = catalogue
    }

    /// All kinds, in order of name.
    ///
    /// - Throws: `DomainError.forbidden`.
    public func callAsFunction(by caller: Caller) throws(DomainError) -> [KindDescription] {
        try caller.require(.jobsRead)
        return catalogue.kinds
    }
}
