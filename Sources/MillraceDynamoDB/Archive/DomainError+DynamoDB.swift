import Logging
import MillraceDomain

extension DomainError {
    /// What an error of this module means to a use case. What is nobody's passing trouble is logged here, once.
    init(archive error: any Error, logger: Logger) {
        guard let error = error as? DynamoDBError else {
            self = error is CancellationError ? .unavailable : .failure
            return
        }
        switch error.kind {
        case .throttled, .unavailable, .poolExhausted, .closed, .deadlineExceeded, .cancelled:
            logger.debug("archive is not available", metadata: ["error.message": "\(error.message)"])
            self = .unavailable
        case .notFound, .inUse, .denied, .credentials:
            // Not a word about what was asked: every call fails until somebody mends the table or the rights.
            Self.log(error, logger)
            self = .unavailable
        case .conditionFailed, .invalid, .malformed:
            Self.log(error, logger)
            self = .failure
        }
    }

    private static func log(_ error: DynamoDBError, _ logger: Logger) {
        logger.error(
            "archive refused a call",
            metadata: [
                "error.kind": "\(error.kind.rawValue)", "error.message": "\(error.message)",
                "dynamodb.request_id": "\(error.requestID ?? "none")",
            ])
    }
}
