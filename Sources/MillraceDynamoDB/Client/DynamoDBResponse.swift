import MillraceDomain

/// An answer as it came over the wire.
struct DynamoDBResponse: Sendable {
    let status: Int
    let requestID: String?
    let body: [UInt8]

    /// The document of a good answer.
    func document() throws(DynamoDBError) -> JSONText {
        guard status == 200 else { throw error }
        do {
            return try JSONText(body, maxDepth: 128)
        } catch {
            throw DynamoDBError(.malformed, "answer is not JSON: \(error)", requestID: requestID)
        }
    }

    /// What a bad answer means, by its `__type` and status.
    private var error: DynamoDBError {
        let members = (try? JSONText(body))?.members ?? []
        func text(_ names: Set<String>) -> String? {
            members.first { names.contains($0.name) }?.value.string
        }
        let code = text(["__type"]).flatMap { $0.split(separator: "#").last.map(String.init) }
        let message = text(["message", "Message"]) ?? "no message"
        return DynamoDBError(
            Self.kind(code: code, status: status), "\(code ?? "no code"), HTTP \(status): \(message)",
            code: code, requestID: requestID)
    }

    /// Source: DynamoDB developer guide, "Error handling with DynamoDB".
    private static func kind(code: String?, status: Int) -> DynamoDBError.Kind {
        switch code {
        case "ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
            "RequestThrottled", "RequestThrottledException":
            .throttled
        case "InternalServerError", "ServiceUnavailable": .unavailable
        case "ConditionalCheckFailedException": .conditionFailed
        case "ResourceNotFoundException": .notFound
        case "ResourceInUseException": .inUse
        case "AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException",
            "ExpiredTokenException", "IncompleteSignatureException", "InvalidClientTokenId",
            "MissingAuthenticationTokenException":
            .denied
        case _ where status == 429: .throttled
        case _ where status >= 500: .unavailable
        case _ where status == 400: .invalid
        default: .malformed
        }
    }
}
