/// Credentials from the shared files: `AWS_SHARED_CREDENTIALS_FILE` or `~/.aws/credentials`, `AWS_CONFIG_FILE` or
/// `~/.aws/config`, the profile being `AWS_PROFILE` or `default`.
///
/// The files are read again every few seconds of use, so that keys which a tool renews there are taken up.
struct SharedFileCredentials: CredentialsSource {
    let name = "shared files"

    /// Settings of a profile that get keys in ways which are not spoken here.
    private static let otherWays = ["role_arn", "credential_process", "sso_session", "sso_start_url", "login_session"]

    private let place: AWSProfile.Place

    init(_ environment: [String: String]) {
        place = AWSProfile.Place(environment)
    }

    func fetch() async throws(DynamoDBError) -> FetchedCredentials? {
        let profile = AWSProfile(
            place.name, credentials: try await read(place.credentialsPath), config: try await read(place.configPath))
        guard profile.exists || !place.isNamed else {
            throw DynamoDBError(.credentials, "no shared file has the profile \(place.name) that AWS_PROFILE names")
        }
        for section in [profile.credentials, profile.config] {
            if let found = try keys(section) { return FetchedCredentials(credentials: found, recheck: .seconds(5)) }
        }
        return nil
    }

    /// A file's keys go together: none is completed from the other file.
    private func keys(_ section: [String: String]?) throws(DynamoDBError) -> AWSCredentials? {
        guard let section else { return nil }
        if let way = Self.otherWays.first(where: { section.filled($0) != nil }) {
            throw DynamoDBError(.credentials, "profile \(place.name) uses \(way), which is not supported")
        }
        guard let key = section.filled("aws_access_key_id") else { return nil }
        guard let secret = section.filled("aws_secret_access_key") else {
            throw DynamoDBError(.credentials, "profile \(place.name) has a key without its secret")
        }
        return AWSCredentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: section.filled("aws_session_token"))
    }

    private func read(_ path: String?) async throws(DynamoDBError) -> [UInt8]? {
        guard let path else { return nil }
        return try await SmallFile.bytes(of: path)
    }
}
