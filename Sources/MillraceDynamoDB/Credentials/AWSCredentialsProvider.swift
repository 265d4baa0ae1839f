/// Where credentials come from.
public protocol AWSCredentialsProvider: Sendable {
    /// The credentials to sign with now; asked before every request, so a provider keeps what it fetched.
    ///
    /// - Throws: ``DynamoDBError`` of kind `credentials` when there are none.
    func credentials() async throws(DynamoDBError) -> AWSCredentials
}

extension AWSCredentials: AWSCredentialsProvider {
    /// Itself: fixed credentials.
    public func credentials() async throws(DynamoDBError) -> AWSCredentials { self }
}
