public import Testing

/// One sentence of a port's contract, and how to see that an implementation keeps it.
///
/// A test target runs them all with one test:
///
///     @Test(arguments: JobLeasesContract.clauses)
///     func `Postgres keeps the contract of the leases`(_ clause: Clause<StoreUnderTest>) async throws {
///         try await withScratchStore { store in try await clause.check(store) }
///     }
public struct Clause<Subject: Sendable>: Sendable, CustomTestStringConvertible {
    /// What holds.
    public let sentence: String
    private let body: @Sendable (Subject) async throws -> Void

    init(_ sentence: String, _ body: @escaping @Sendable (Subject) async throws -> Void) {
        self.sentence = sentence
        self.body = body
    }

    /// Checks a fresh, empty subject that nobody else uses.
    ///
    /// - Throws: what the subject threw where it must not.
    public func check(_ subject: Subject) async throws {
        try await body(subject)
    }

    public var testDescription: String { sentence }
}
