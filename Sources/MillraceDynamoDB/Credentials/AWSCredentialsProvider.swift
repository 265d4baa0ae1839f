/// Where credentials come from.
public protocol AWSCredentialsProvider: Sendable {
    /// The credentials to sign with now; asked before every request, so a provider keeps what it fetched.
    ///
    /// - Throws: ``DynamoDBError`` of kind `credentials` when there are none, `unavailable` when they cannot be had
    ///   for the moment.
    func credentials() async throws(DynamoDBError) -> AWSCredentials

    /// Tells that the service no longer takes `credentials`, so that they are fetched anew.
    func refused(_ credentials: AWSCredentials) async

    /// Ends what fetches in the background; nothing is asked after it.
    func close() async
}

extension AWSCredentialsProvider {
    /// Nothing: what never changes cannot be fetched anew.
    public func refused(_ credentials: AWSCredentials) async {}

    /// Nothing: most providers have nothing to end.
    public func close() async {}
}

extension AWSCredentials: AWSCredentialsProvider {
    /// Itself: fixed credentials.
    public func credentials() async throws(DynamoDBError) -> AWSCredentials { self }
}
