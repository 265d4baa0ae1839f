extension ProblemCode {
    /// What it means and what a client can do, for the page behind the problem's `type`.
    var explanation: String {
        switch self {
        case .malformedRequest:
            "The request could not be read: its body is not JSON, or it breaks a rule of HTTP. Correct it; sending it "
                + "again unchanged fails again."
        case .validationFailed:
            "The request was read, but some of its values are not allowed. Each entry of errors names one by a JSON "
                + "Pointer into the body or by the parameter's name."
        case .unauthenticated:
            "The request bears no token, or one that is unknown, revoked or expired."
        case .forbidden:
            "The token is valid, but lacks the scope that this call needs."
        case .notFound:
            "Nothing is there, or nothing that this token may see."
        case .methodNotAllowed:
            "The resource exists, but not for this method. The header Allow lists those that it knows."
        case .notAcceptable:
            "The header Accept excludes every form in which this can be answered."
        case .requestTimeout:
            "The request was not complete in time. Send it again, faster."
        case .emailTaken:
            "Another user has this e-mail address, compared without regard to case."
        case .hasLiveJobs:
            "The user still has jobs that have not ended. Cancel them or wait, then delete the user."
        case .alreadyTerminal:
            "The job has ended, so that there is nothing to cancel."
        case .notTerminal:
            "The job has not ended yet, so that it cannot be sent back to its queue."
        case .alreadySucceeded:
            "The job succeeded. To run it again all the same, send {\"force\": true}."
        case .payloadTrimmed:
            "The job's payload was too large for the archive, which has kept its beginning: it cannot run again."
        case .holdsNoKey:
            "The job does not hold its ordering key: it has none, it has not died, its kind lets the jobs behind it go "
                + "on, or the key has been released already."
        case .idTaken:
            "A job with this id and other content exists."
        case .nameTaken:
            "Another webhook endpoint of the same owner has this name."
        case .limitReached:
            "A user may have 100 webhook endpoints, and an endpoint five secrets that sign. Remove one, then try again."
        case .lastSecret:
            "A webhook endpoint always has a secret that signs and does not expire. Make another one: this one then "
                + "expires, and can be removed before."
        case .uniqueConflict:
            "Another job holds the unique key that this one claims; job_id names it. It may be held while that job "
                + "lives, until its window is over, or for ever."
        case .idempotencyInFlight:
            "A request with the same Idempotency-Key is being done. Send it again in a moment: it gets the same reply."
        case .idempotencyMismatch:
            "A request with the same Idempotency-Key, and another body or query, was done within the last 24 hours. Take "
                + "a new key for each request."
        case .preconditionFailed:
            "The resource has changed since it was read: If-Match names another version. Read it again."
        case .bodyTooLarge:
            "The body is longer than this resource takes."
        case .targetTooLong:
            "Path and query together are too long."
        case .unsupportedMediaType:
            "The body is not of a media type that this resource takes; most take application/json in UTF-8."
        case .expectationFailed:
            "The header Expect asks for something else than 100-continue, which is all that is known here."
        case .headersTooLarge:
            "The header fields are too long or too many."
        case .rateLimited:
            "This token is used more often than is allowed, or too many wrong tokens have come from the client's "
                + "address; RateLimit-Policy names which. Nothing was done. Try again after the time in Retry-After."
        case .quotaExceeded:
            "The owner of the job has as many jobs that have not ended as it may have, or their payloads have as many "
                + "bytes; quota says which, and how much. Nothing was done. Try again when some of them have ended."
        case .internalError:
            "A defect of this service. It has been logged under the request_id."
        case .unavailable:
            "A part that is needed cannot be reached, or has no room now. Try again after the time in Retry-After."
        case .overloaded:
            "As many requests are being worked on as this process takes at once. Nothing was done. Try again after the "
                + "time in Retry-After, here or at another replica."
        case .outcomeUnknown:
            "The connection to the store was lost while it committed: the change was made, or it was not. Read the "
                + "resource before trying again; a request with an Idempotency-Key, and a job with an id of your own, "
                + "can simply be sent again."
        }
    }
}
