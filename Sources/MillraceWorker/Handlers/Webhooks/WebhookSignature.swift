import Crypto
import FoundationEssentials

/// Signs a message as Standard Webhooks 1.0 describes it: HMAC-SHA256 over `id.timestamp.body`, once with each secret.
enum WebhookSignature {
    /// The value of `webhook-signature`: `v1,` and base64 for each secret, with a space between; nil without secrets.
    static func header(id: String, timestamp: String, body: some Sequence<UInt8>, secrets: [[UInt8]]) -> String? {
        let message = Data(Array("\(id).\(timestamp).".utf8) + Array(body))
        let signatures = secrets.map { secret in
            let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret))
            return "v1," + Data(code).base64EncodedString()
        }
        return signatures.isEmpty ? nil : signatures.joined(separator: " ")
    }
}
