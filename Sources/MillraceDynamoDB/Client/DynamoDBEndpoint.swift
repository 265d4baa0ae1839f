import FoundationEssentials

/// Where DynamoDB answers.
public struct DynamoDBEndpoint: Sendable, Equatable {
    /// The whole URL, without a path.
    public let url: String
    /// The value of the `Host` header, with the port where it is not the scheme's own.
    public let host: String

    /// The public endpoint of a region.
    public init(region: String) {
        host = "dynamodb.\(region).amazonaws.com" + (region.hasPrefix("cn-") ? ".cn" : "")
        url = "https://\(host)"
    }

    /// Reads `http://host[:port]` or `https://host[:port]`; nil for anything else, a path other than `/` included.
    public init?(_ text: String) {
        guard let parsed = URL(string: text), let scheme = parsed.scheme, ["http", "https"].contains(scheme),
            let name = parsed.host(), !name.isEmpty, ["", "/"].contains(parsed.path), parsed.query() == nil,
            parsed.user() == nil
        else { return nil }
        let isOwnPort = parsed.port == nil || parsed.port == (scheme == "http" ? 80 : 443)
        let bracketed = name.contains(":") && !name.hasPrefix("[") ? "[\(name)]" : name
        host = isOwnPort ? bracketed : "\(bracketed):\(parsed.port ?? 0)"
        url = "\(scheme)://\(host)"
    }
}
