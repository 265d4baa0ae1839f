/// The wish that of several submissions with the same key only one becomes a job.
///
/// A key is its owner's and its kind's: other owners and other kinds may use the same.
public struct UniqueClaim: Hashable, Sendable {
    /// For how long a job holds its key, by the store's clock.
    public enum Scope: Hashable, Sendable {
        /// While the job has not ended.
        case active
        /// For ever, also when the job has long been forgotten.
        case forever
        /// For so long after it was accepted, 1 ms – 365 d, whatever becomes of the job.
        case window(Duration)
    }

    /// What becomes of a submission whose key another job holds.
    public enum Conflict: String, Hashable, Sendable, CaseIterable {
        /// The other job is the answer.
        case `return`
        /// It is refused.
        case reject
        /// The other job is cancelled if it waits; while it runs, and after its end, the submission is refused.
        case replace
    }

    /// What is unique, 1–255 characters.
    public let key: String
    /// For how long the job holds it.
    public let scope: Scope
    /// What to do when another job holds it.
    public let onConflict: Conflict

    /// Makes a claim of checked values.
    public init(key: String, scope: Scope = .active, onConflict: Conflict = .return) {
        self.key = key
        self.scope = scope
        self.onConflict = onConflict
    }
}

/// A key with those whose it is: at most one job holds it.
public struct UniqueKey: Hashable, Sendable {
    /// Whose it is.
    public let ownerID: UserID
    /// For which kind.
    public let kind: JobKind
    /// The key itself.
    public let key: String

    /// Makes a key.
    public init(ownerID: UserID, kind: JobKind, key: String) {
        self.ownerID = ownerID
        self.kind = kind
        self.key = key
    }
}

extension NewJob {
    /// The key that it asks for, if it shall be unique.
    public var uniqueKey: UniqueKey? {
        submission.unique.map { UniqueKey(ownerID: ownerID, kind: submission.kind, key: $0.key) }
    }
}

extension Job {
    /// The key that it asked for, if it is unique.
    public var uniqueKey: UniqueKey? {
        submission.unique.map { UniqueKey(ownerID: ownerID, kind: submission.kind, key: $0.key) }
    }
}

extension JobState {
    /// Whether a submission that replaces its predecessor may cancel a job in this state: it waits.
    public var isReplaceable: Bool { !isTerminal && self != .running }
}
