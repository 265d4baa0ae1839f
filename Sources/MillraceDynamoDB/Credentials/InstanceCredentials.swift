import MillraceDomain
import NIOHTTP1

/// Credentials of the role of an EC2 instance, by IMDSv2.
///
/// Source: Amazon EC2 user guide, "Use the Instance Metadata Service"; version 1, without a session token, is not
/// asked.
struct InstanceCredentials: CredentialsSource {
    let name = "instance endpoint"

    private let endpoint: String?
    private let requestTimeout: Duration

    init(_ environment: [String: String], requestTimeout: Duration = .seconds(1)) {
        let isOff = environment.filled("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true"
        let isIPv6 = environment.filled("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.lowercased() == "ipv6"
        let usual = isIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
        let given = environment.filled("AWS_EC2_METADATA_SERVICE_ENDPOINT")
        endpoint = isOff ? nil : (given ?? usual)
        self.requestTimeout = requestTimeout
    }

    func fetch() async throws(DynamoDBError) -> FetchedCredentials? {
        guard let endpoint else { return nil }
        guard let base = DynamoDBEndpoint(endpoint)?.url else {
            throw DynamoDBError(.credentials, "AWS_EC2_METADATA_SERVICE_ENDPOINT is not a URL without a path")
        }
        return try await MetadataClient.with(requestTimeout: requestTimeout) { client throws(DynamoDBError) in
            guard let token = try await token(client, base) else { return nil }
            let roles = "\(base)/latest/meta-data/iam/security-credentials/"
            guard let role = try await text(client, roles, token) else { return nil }
            let line = role.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            guard !line.isEmpty, line.utf8.allSatisfy({ Self.roleBytes.contains($0) }) else {
                throw DynamoDBError(.unavailable, "\(name) names no role")
            }
            guard let document = try await text(client, roles + line, token) else {
                throw DynamoDBError(.unavailable, "\(name) has no credentials of its role")
            }
            return try CredentialsDocument.read(Array(document.utf8), from: name)
        }
    }

    /// What a role's name is made of: IAM's `[\w+=,.@-]`.
    private static let roleBytes = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-".utf8)

    /// A session's token; nil where nobody answers, which is how a machine outside EC2 looks.
    private func token(_ client: MetadataClient, _ base: String) async throws(DynamoDBError) -> SecretText? {
        let answer: MetadataClient.Answer
        do {
            answer = try await client.ask(
                .PUT, "\(base)/latest/api/token",
                headers: [(name: "x-aws-ec2-metadata-token-ttl-seconds", value: SecretText("21600"))])
        } catch {
            guard error.kind == .unavailable else { throw error }
            return nil
        }
        guard answer.status == 200, !answer.body.isEmpty, answer.body.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw DynamoDBError(.unavailable, "\(name) gives no session token: HTTP \(answer.status)")
        }
        return SecretText(String(decoding: answer.body, as: UTF8.self))
    }

    /// A document's text; nil when there is none, as on an instance without a role.
    private func text(
        _ client: MetadataClient, _ url: String, _ token: SecretText
    ) async throws(DynamoDBError) -> String? {
        let answer = try await client.ask(.GET, url, headers: [(name: "x-aws-ec2-metadata-token", value: token)])
        switch answer.status {
        case 200: return String(decoding: answer.body, as: UTF8.self)
        case 404: return nil
        default: throw DynamoDBError(.unavailable, "\(name) answers with HTTP \(answer.status)")
        }
    }
}
