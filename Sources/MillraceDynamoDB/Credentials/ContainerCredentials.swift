import FoundationEssentials
import MillraceDomain
import NIOHTTP1

/// Credentials of a container: ECS' endpoint, or EKS' (Pod Identity).
///
/// Source: AWS SDKs and Tools reference guide, "Container credential provider".
struct ContainerCredentials: CredentialsSource {
    let name = "container endpoint"

    private let relative: String?
    private let full: String?
    private let token: SecretText?
    private let tokenFile: String?
    private let host: String
    private let requestTimeout: Duration

    init(
        _ environment: [String: String], host: String = "http://169.254.170.2",
        requestTimeout: Duration = .seconds(2)
    ) {
        relative = environment.filled("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        full = environment.filled("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        token = environment.filled("AWS_CONTAINER_AUTHORIZATION_TOKEN").map(SecretText.init)
        tokenFile = environment.filled("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
        self.host = host
        self.requestTimeout = requestTimeout
    }

    func fetch() async throws(DynamoDBError) -> FetchedCredentials? {
        guard let url = try url() else { return nil }
        let headers = try await authorization().map { [(name: "authorization", value: $0)] } ?? []
        return try await MetadataClient.with(requestTimeout: requestTimeout) { client throws(DynamoDBError) in
            let answer = try await client.ask(.GET, url, headers: headers)
            switch answer.status {
            case 200: return try CredentialsDocument.read(answer.body, from: name)
            case 429, 500...: throw DynamoDBError(.unavailable, "\(name) answers with HTTP \(answer.status)")
            default: throw DynamoDBError(.credentials, "\(name) answers with HTTP \(answer.status)")
            }
        }
    }

    private func url() throws(DynamoDBError) -> String? {
        if let relative {
            guard relative.hasPrefix("/"), URL(string: host + relative) != nil else {
                throw DynamoDBError(.credentials, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not a path")
            }
            return host + relative
        }
        guard let full else { return nil }
        guard let url = URL(string: full), let host = url.host(), !host.isEmpty, url.user() == nil,
            url.scheme == "https" || (url.scheme == "http" && Self.isNear(host))
        else {
            throw DynamoDBError(
                .credentials,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http to this host or the container's agent")
        }
        return full
    }

    /// Whether a request in the clear cannot leave this machine: loopback, and the addresses of ECS' and EKS' agents.
    static func isNear(_ host: String) -> Bool {
        let name = host.lowercased().trimmingPrefix("[")
        let bare = name.hasSuffix("]") ? String(name.dropLast()) : String(name)
        if ["localhost", "::1", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"].contains(bare) { return true }
        let parts = bare.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// The file is read each time, as EKS replaces it; it wins over the variable.
    private func authorization() async throws(DynamoDBError) -> SecretText? {
        guard let tokenFile else { return try Self.checked(token) }
        guard let bytes = try await SmallFile.bytes(of: tokenFile) else {
            throw DynamoDBError(.unavailable, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read")
        }
        // Editors and `echo` leave a line's end behind.
        let end = bytes.lastIndex { !Character(Unicode.Scalar($0)).isWhitespace } ?? -1
        return try Self.checked(SecretText(String(decoding: bytes[...end], as: UTF8.self)))
    }

    private static func checked(_ token: SecretText?) throws(DynamoDBError) -> SecretText? {
        guard let token else { return nil }
        guard !token.revealed.isEmpty, token.revealed.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw DynamoDBError(.credentials, "the container's authorization token is no header value")
        }
        return token
    }
}
