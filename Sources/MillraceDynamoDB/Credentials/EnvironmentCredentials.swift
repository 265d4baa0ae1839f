/// Credentials from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
public struct EnvironmentCredentials: AWSCredentialsProvider {
    private let found: AWSCredentials?
    private let isTouched: Bool

    /// Reads them from `environment` once; empty values count as absent.
    public init(_ environment: [String: String]) {
        let key = environment.filled("AWS_ACCESS_KEY_ID")
        let secret = environment.filled("AWS_SECRET_ACCESS_KEY")
        isTouched = key != nil || secret != nil
        if let key, let secret {
            found = AWSCredentials(
                accessKeyID: key, secretAccessKey: secret, sessionToken: environment.filled("AWS_SESSION_TOKEN"))
        } else {
            found = nil
        }
    }

    /// The credentials found at the start.
    public func credentials() async throws(DynamoDBError) -> AWSCredentials {
        guard let found else {
            throw DynamoDBError(.credentials, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set")
        }
        return found
    }
}

extension EnvironmentCredentials: CredentialsSource {
    var name: String { "environment" }

    /// One of the two without the other is a mistake, not a reason to look elsewhere.
    func fetch() async throws(DynamoDBError) -> FetchedCredentials? {
        guard isTouched else { return nil }
        return FetchedCredentials(credentials: try await credentials())
    }
}
