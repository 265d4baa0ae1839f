/// The removal of everything that belonged to a user: an operation that takes its time.
public struct Erasure: Hashable, Sendable {
    /// How far it is. The phases come in this order.
    public enum Phase: String, Hashable, Sendable, CaseIterable {
        /// Jobs that are not archived are being removed; running ones have been asked to stop.
        case jobs
        /// Archived jobs are being removed.
        case archive
        /// Dead records are being removed, and what is kept of requests and unique keys.
        case deadRecords = "dead_records"
        /// Everything is looked through once more, for what was on its way to the archive meanwhile.
        case verifying
        /// Nothing is left.
        case done
    }

    /// The identity.
    public let id: ErasureID
    /// Who the user was.
    public let userID: UserID
    /// How far it is.
    public var phase: Phase
    /// How many jobs were removed that were not archived.
    public var removedJobs: Int
    /// How many archived jobs were removed.
    public var removedArchivedJobs: Int
    /// How many dead records were removed.
    public var removedDeadRecords: Int
    /// How many replies were removed that were kept for requests sent again.
    public var removedIdempotencyRecords: Int
    /// How many unique keys were removed.
    public var removedUniqueClaims: Int
    /// When it was asked for, by the store's clock, as all that follow.
    public var createdAt: Timestamp
    /// When it last moved.
    public var updatedAt: Timestamp
    /// When nothing was left.
    public var finishedAt: Timestamp?

    /// Makes an erasure of stored values.
    public init(
        id: ErasureID, userID: UserID, phase: Phase = .jobs, removedJobs: Int = 0, removedArchivedJobs: Int = 0,
        removedDeadRecords: Int = 0, removedIdempotencyRecords: Int = 0, removedUniqueClaims: Int = 0,
        createdAt: Timestamp, updatedAt: Timestamp, finishedAt: Timestamp? = nil
    ) {
        self.id = id
        self.userID = userID
        self.phase = phase
        self.removedJobs = removedJobs
        self.removedArchivedJobs = removedArchivedJobs
        self.removedDeadRecords = removedDeadRecords
        self.removedIdempotencyRecords = removedIdempotencyRecords
        self.removedUniqueClaims = removedUniqueClaims
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.finishedAt = finishedAt
    }

    /// How far it is, 0–100.
    public var percent: Int {
        switch phase {
        case .jobs: 0
        case .archive: 25
        case .deadRecords: 50
        case .verifying: 75
        case .done: 100
        }
    }
}

/// The identity of an erasure.
public typealias ErasureID = Identifier<Erasure>
