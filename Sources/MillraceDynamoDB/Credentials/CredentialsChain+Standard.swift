public import Logging
import MillraceDomain

extension AWSCredentialsProvider where Self == CredentialsChain {
    /// The usual places, in the order of AWS' SDKs: environment, shared files, container endpoint, instance endpoint.
    ///
    /// Nothing is fetched before the first use. Whoever makes it calls ``AWSCredentialsProvider/close()`` at the end.
    ///
    /// - Parameters:
    ///   - environment: The process' environment variables.
    ///   - logger: Told when credentials cannot be fetched, never what they are.
    public static func standard(environment: [String: String], logger: Logger) -> CredentialsChain {
        if environment.filled("AWS_WEB_IDENTITY_TOKEN_FILE") != nil {
            logger.warning("aws web identity tokens are not supported and passed over")
        }
        return CredentialsChain(standardSources(environment), logger: logger)
    }
}

/// The sources of ``AWSCredentialsProvider/standard(environment:logger:)``.
func standardSources(_ environment: [String: String]) -> [any CredentialsSource] {
    [
        EnvironmentCredentials(environment), SharedFileCredentials(environment), ContainerCredentials(environment),
        InstanceCredentials(environment),
    ]
}
