import HTTPTypes
import MillraceDomain

extension Problem {
    /// What a client sees of a domain error: the one table from those to HTTP.
    init(_ error: DomainError) {
        switch error {
        case .invalid(let faults):
            self.init(.validationFailed, Self.summary(of: faults), faults: faults.map(Fault.init))
        case .notFound(let resource):
            self.init(.notFound, "There is no such \(resource.rawValue).")
        case .conflict(let conflict):
            self.init(conflict)
        case .uniqueConflict(let holder):
            self.init(.uniqueConflict, "The job \(holder) has this unique key.")
            jobID = holder
        case .quotaExceeded(let excess):
            self.init(.quotaExceeded, excess.sentence, headers: excess.fields)
            self.excess = excess
        case .idempotencyMismatch:
            self.init(.idempotencyMismatch, "The same Idempotency-Key came with another body.")
        case .stale:
            self.init(.preconditionFailed, "It has changed since you read it.")
        case .unauthenticated:
            self.init(
                .unauthenticated, "A valid bearer token is needed.", headers: [.wwwAuthenticate: "Bearer"])
        case .forbidden(let scope):
            self.init(.forbidden, "The token lacks the scope \(scope.rawValue).")
        case .unavailable:
            self.init(.unavailable, "Try again shortly.", headers: [.retryAfter: "1"])
        case .ambiguous:
            self.init(
                .outcomeUnknown, "The change was made, or it was not: read before you try again.",
                headers: [.retryAfter: "1"])
        case .failure:
            self.init(.internalError, "Something went wrong here.")
        }
    }

    private init(_ conflict: DomainError.Conflict) {
        switch conflict {
        case .emailTaken: self.init(.emailTaken, "Another user has this e-mail address.")
        case .hasLiveJobs: self.init(.hasLiveJobs, "The user has jobs that have not ended.")
        case .alreadyTerminal: self.init(.alreadyTerminal, "The job has ended already.")
        case .notTerminal: self.init(.notTerminal, "The job has not ended yet.")
        case .alreadySucceeded: self.init(.alreadySucceeded, "The job succeeded; running it again needs force.")
        case .payloadTrimmed:
            self.init(.payloadTrimmed, "The archive has only the beginning of its payload: submit the work anew.")
        case .holdsNoKey: self.init(.holdsNoKey, "The job holds no ordering key.")
        case .idTaken: self.init(.idTaken, "A job with this id and other content exists.")
        case .nameTaken: self.init(.nameTaken, "Another of the owner's has this name.")
        case .limitReached: self.init(.limitReached, "There are as many as there may be: remove one first.")
        case .lastSecret: self.init(.lastSecret, "It is the one that signs: make another first.")
        case .idempotencyInFlight: self.init(.idempotencyInFlight, "The same request is being done at this moment.")
        }
    }

    private static func summary(of faults: [FieldError]) -> String {
        faults.count == 1 ? "One value is not allowed." : "\(faults.count) values are not allowed."
    }
}
