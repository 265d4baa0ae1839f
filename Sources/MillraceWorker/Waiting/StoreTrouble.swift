import MillraceDomain

/// What a loop can do about an error of a store.
enum StoreTrouble: Sendable {
    /// The same call may succeed later.
    case away
    /// What the call did is unknown.
    case unknown
    /// The call can never succeed.
    case defect

    init(_ error: DomainError) {
        switch error {
        case .unavailable: self = .away
        case .ambiguous: self = .unknown
        case .failure, .invalid, .notFound, .conflict, .uniqueConflict, .idempotencyMismatch, .stale, .unauthenticated,
            .forbidden, .quotaExceeded:
            self = .defect
        }
    }
}
