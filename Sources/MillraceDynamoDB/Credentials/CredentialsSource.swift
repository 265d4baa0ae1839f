import MillraceDomain

/// One of the places where credentials may be.
protocol CredentialsSource: Sendable {
    /// Its name in messages and logs.
    var name: String { get }

    /// Fetches them now.
    ///
    /// - Returns: nil when nobody has set this source up.
    /// - Throws: ``DynamoDBError`` of kind `credentials` when it is set up wrongly, `unavailable` when it may answer
    ///   later.
    func fetch() async throws(DynamoDBError) -> FetchedCredentials?
}

/// Credentials as a source gave them.
struct FetchedCredentials: Sendable, Equatable {
    let credentials: AWSCredentials
    /// When they stop working; nil when the source does not say.
    var expiresAt: Timestamp?
    /// After how long the source is to be asked again where it names no expiry; nil for never.
    var recheck: Duration?
}

/// A text that is never printed.
struct SecretText: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let revealed: String

    init(_ text: String) {
        revealed = text
    }

    var description: String { "<secret>" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}

extension [String: String] {
    /// An environment variable; an empty one counts as absent.
    func filled(_ name: String) -> String? {
        self[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
