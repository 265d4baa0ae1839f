/// Everything that a use case or a port can answer instead of its result.
///
/// A closed set: each edge translates all of it in one table.
public enum DomainError: Error, Equatable, Sendable {
    /// The things that can be absent.
    public enum Resource: String, Sendable, CaseIterable {
        case user, token, job, queue, operation
        case deadLetter = "dead letter"
        case webhookEndpoint = "webhook endpoint"
        case webhookSecret = "webhook secret"
    }

    /// The states of the world that forbid what was asked.
    public enum Conflict: String, Sendable, CaseIterable {
        /// Another user has this address.
        case emailTaken = "email_taken"
        /// The user still has jobs that are not terminal.
        case hasLiveJobs = "has_live_jobs"
        /// The job has ended already.
        case alreadyTerminal = "already_terminal"
        /// The job has not ended yet.
        case notTerminal = "not_terminal"
        /// The job succeeded; running it again must be asked for expressly.
        case alreadySucceeded = "already_succeeded"
        /// The archive could not keep the whole payload, without which the job cannot run again.
        case payloadTrimmed = "payload_trimmed"
        /// The job holds no ordering key that could be released.
        case holdsNoKey = "holds_no_key"
        /// A job with this id and other content exists.
        case idTaken = "id_taken"
        /// Another of the owner's has this name.
        case nameTaken = "name_taken"
        /// There are as many as there may be.
        case limitReached = "limit_reached"
        /// Without it there would be none.
        case lastSecret = "last_secret"
        /// The same request is being done at this moment.
        case idempotencyInFlight = "idempotency_in_flight"
    }

    /// Values from outside are wrong; never empty.
    case invalid([FieldError])
    /// The thing does not exist, or not for this caller.
    case notFound(Resource)
    /// The state of the world forbids it.
    case conflict(Conflict)
    /// Another job, this one, holds the unique key.
    case uniqueConflict(JobID)
    /// The owner has as much as it may have.
    case quotaExceeded(QuotaExcess)
    /// The same request asked for something else before.
    case idempotencyMismatch
    /// The thing has changed since the caller read it.
    case stale
    /// No valid token.
    case unauthenticated
    /// The token lacks this scope.
    case forbidden(Scope)
    /// A store cannot be reached or has no room now; the same call may succeed later.
    case unavailable
    /// The outcome of a write is unknown: the store was lost between the commit and its answer.
    case ambiguous
    /// A defect of ours or of a store; the cause has been logged where it was seen.
    case failure
}
