import MillraceDomain

/// What the container and the instance endpoint answer.
///
/// Source: AWS SDKs and Tools reference guide, "Container credential provider" and "IMDS credential provider".
enum CredentialsDocument {
    /// Reads the document; its text is never part of an error, as it holds secrets.
    static func read(_ body: [UInt8], from source: String) throws(DynamoDBError) -> FetchedCredentials {
        let members = (try? JSONText(body))?.members ?? []
        func text(_ name: String) -> String? {
            members.first { $0.name == name }?.value.string.flatMap { $0.isEmpty ? nil : $0 }
        }
        if let code = text("Code"), code != "Success" {
            throw DynamoDBError(.unavailable, "\(source) has no credentials: \(code)")
        }
        guard let key = text("AccessKeyId"), let secret = text("SecretAccessKey"), let token = text("Token") else {
            throw DynamoDBError(.unavailable, "\(source) answers without AccessKeyId, SecretAccessKey and Token")
        }
        let expiry = text("Expiration")
        let expiresAt = expiry.flatMap { Timestamp($0) }
        guard expiry == nil || expiresAt != nil else {
            throw DynamoDBError(.unavailable, "\(source) answers with an unreadable Expiration")
        }
        return FetchedCredentials(
            credentials: AWSCredentials(accessKeyID: key, secretAccessKey: secret, sessionToken: token),
            expiresAt: expiresAt, recheck: .seconds(600))
    }
}
