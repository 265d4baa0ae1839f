import FoundationEssentials

/// The key in a webhook secret, as Standard Webhooks writes it.
enum SigningKey {
    /// `whsec_` and base64 is the decoded bytes; anything else is its own bytes. Nil when it is neither.
    static func bytes(of secret: String) -> [UInt8]? {
        guard secret.hasPrefix("whsec_") else { return secret.isEmpty ? nil : Array(secret.utf8) }
        guard let data = Data(base64Encoded: String(secret.dropFirst(6))), !data.isEmpty else { return nil }
        return Array(data)
    }

    static func isValid(_ secret: String) -> Bool {
        bytes(of: secret) != nil
    }
}
