/// The kinds of failure that a client can meet, as machine words that stay the same.
enum ProblemCode: String, CaseIterable, Sendable {
    case malformedRequest = "malformed_request"
    case validationFailed = "validation_failed"
    case unauthenticated = "unauthenticated"
    case forbidden = "forbidden"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case notAcceptable = "not_acceptable"
    case requestTimeout = "request_timeout"
    case emailTaken = "email_taken"
    case hasLiveJobs = "has_live_jobs"
    case alreadyTerminal = "already_terminal"
    case notTerminal = "not_terminal"
    case alreadySucceeded = "already_succeeded"
    case holdsNoKey = "holds_no_key"
    case idTaken = "id_taken"
    case nameTaken = "name_taken"
    case limitReached = "limit_reached"
    case lastSecret = "last_secret"
    case uniqueConflict = "unique_conflict"
    case idempotencyInFlight = "idempotency_in_flight"
    case idempotencyMismatch = "idempotency_mismatch"
    case payloadTrimmed = "payload_trimmed"
    case preconditionFailed = "precondition_failed"
    case bodyTooLarge = "body_too_large"
    case targetTooLong = "target_too_long"
    case unsupportedMediaType = "unsupported_media_type"
    case expectationFailed = "expectation_failed"
    case headersTooLarge = "headers_too_large"
    case rateLimited = "rate_limited"
    case quotaExceeded = "quota_exceeded"
    case internalError = "internal_error"
    case unavailable = "unavailable"
    case overloaded = "overloaded"
    case outcomeUnknown = "outcome_unknown"

    /// The HTTP status with which it is answered.
    var status: Int {
        switch self {
        case .malformedRequest, .validationFailed: 400
        case .unauthenticated: 401
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .notAcceptable: 406
        case .requestTimeout: 408
        case .emailTaken, .hasLiveJobs, .alreadyTerminal, .notTerminal, .alreadySucceeded, .idTaken,
            .payloadTrimmed, .holdsNoKey, .uniqueConflict, .idempotencyInFlight, .nameTaken, .limitReached, .lastSecret:
            409
        case .preconditionFailed: 412
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .unsupportedMediaType: 415
        case .expectationFailed: 417
        case .idempotencyMismatch: 422
        case .rateLimited, .quotaExceeded: 429
        case .headersTooLarge: 431
        case .internalError: 500
        case .unavailable, .overloaded, .outcomeUnknown: 503
        }
    }

    /// A few words for a person, the same for every occurrence (RFC 9457 section 3.1.3).
    var title: String {
        switch self {
        case .malformedRequest: "Malformed request"
        case .validationFailed: "Validation failed"
        case .unauthenticated: "Not authenticated"
        case .forbidden: "Scope missing"
        case .notFound: "Not found"
        case .methodNotAllowed: "Method not allowed"
        case .notAcceptable: "Not acceptable"
        case .requestTimeout: "Request took too long to arrive"
        case .emailTaken: "E-mail address taken"
        case .hasLiveJobs: "User has live jobs"
        case .alreadyTerminal: "Job has ended already"
        case .notTerminal: "Job has not ended yet"
        case .alreadySucceeded: "Job has succeeded"
        case .holdsNoKey: "Job holds no key"
        case .idTaken: "Id taken"
        case .nameTaken: "Name taken"
        case .limitReached: "Limit reached"
        case .lastSecret: "Last secret"
        case .uniqueConflict: "Unique key held"
        case .idempotencyInFlight: "Request under way"
        case .idempotencyMismatch: "Other request of the same name"
        case .payloadTrimmed: "Payload trimmed"
        case .preconditionFailed: "Precondition failed"
        case .bodyTooLarge: "Body too large"
        case .targetTooLong: "Target too long"
        case .unsupportedMediaType: "Unsupported media type"
        case .expectationFailed: "Expectation failed"
        case .headersTooLarge: "Headers too large"
        case .rateLimited: "Too many requests"
        case .quotaExceeded: "Quota exceeded"
        case .internalError: "Internal error"
        case .unavailable: "Unavailable"
        case .overloaded: "Overloaded"
        case .outcomeUnknown: "Outcome unknown"
        }
    }
}
