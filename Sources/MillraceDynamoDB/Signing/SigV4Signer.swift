import Crypto
import FoundationEssentials
import MillraceDomain

/// AWS Signature Version 4.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
struct SigV4Signer {
    let region: String
    let service: String

    /// The `Authorization` header for `request`.
    func authorization(
        for request: SigV4Request, with credentials: AWSCredentials, at time: SigningTime
    ) -> String {
        let (canonical, signedHeaders) = request.canonical
        let scope = "\(time.day)/\(region)/\(service)/aws4_request"
        let digest = SHA256.hash(data: Array(canonical.utf8)).hexadecimal
        let stringToSign = "AWS4-HMAC-SHA256\n\(time.text)\n\(scope)\n\(digest)"
        let key = signingKey(credentials.secretAccessKey, day: time.day)
        let signature = Self.code(stringToSign, key).hexadecimal
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
            + "SignedHeaders=\(signedHeaders), Signature=\(signature)"
    }

    private func signingKey(_ secret: String, day: String) -> SymmetricKey {
        [day, region, service, "aws4_request"].reduce(SymmetricKey(data: Array("AWS4\(secret)".utf8))) { key, part in
            SymmetricKey(data: Self.code(part, key))
        }
    }

    private static func code(_ text: String, _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
    }
}

/// The moment of a signature as it is signed.
struct SigningTime {
    /// `20150830T123600Z`, also the value of `x-amz-date`.
    let text: String

    init(_ timestamp: Timestamp) {
        text = timestamp.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }

    /// `20150830`
    var day: String { String(text.prefix(8)) }
}
