/// What AWS' environment variables and shared files say besides keys.
///
/// Source: AWS SDKs and Tools reference guide, "AWS Region" and "Service-specific endpoints".
public struct AWSEnvironment: Sendable {
    private let variables: [String: String]

    /// Takes a process' environment.
    public init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// `AWS_REGION`, else `AWS_DEFAULT_REGION`, else the region of the profile that `AWS_PROFILE` names, or `default`;
    /// nil where none is set. Reads the shared files on the calling thread: for the start of a process.
    public var region: String? {
        if let region = variables.filled("AWS_REGION") ?? variables.filled("AWS_DEFAULT_REGION") { return region }
        let place = AWSProfile.Place(variables)
        // A file that cannot be read is told of when keys are looked for in it.
        let credentials = place.credentialsPath.flatMap { try? SmallFile.bytesNow(of: $0) }
        let config = place.configPath.flatMap { try? SmallFile.bytesNow(of: $0) }
        return AWSProfile(place.name, credentials: credentials, config: config).value("region")
    }

    /// The endpoint of `AWS_ENDPOINT_URL_DYNAMODB`, else `AWS_ENDPOINT_URL`; nil where none is set, or where
    /// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is true.
    ///
    /// - Throws: ``DynamoDBError`` of kind `invalid` that names the variable when its value is no endpoint.
    public func endpoint() throws(DynamoDBError) -> DynamoDBEndpoint? {
        guard variables.filled("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() != "true" else { return nil }
        for name in ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"] {
            guard let text = variables.filled(name) else { continue }
            guard let endpoint = DynamoDBEndpoint(text) else {
                throw DynamoDBError(.invalid, "\(name) must be an http:// or https:// URL without a path")
            }
            return endpoint
        }
        return nil
    }
}
