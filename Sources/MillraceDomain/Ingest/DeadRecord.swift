/// Why a record became a dead letter.
public struct DeadReason: Hashable, Sendable {
    /// The reasons, as machine words that stay the same.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        case empty = "empty"
        case malformedJSON = "malformed_json"
        case malformedEvent = "malformed_event"
        case malformedDispatch = "malformed_dispatch"
        case invalidSubmission = "invalid_submission"
        case unknownKind = "unknown_kind"
        case unknownOwner = "unknown_owner"
        case idTaken = "id_taken"
        case tooLarge = "too_large"
        case uniqueConflict = "unique_conflict"
        case quotaExceeded = "quota_exceeded"
    }

    /// The machine word.
    public let code: Code
    /// A sentence for a person, at most 2,000 characters.
    public let message: String

    /// Makes a reason.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = String(message.replacing("\0", with: "\u{FFFD}").prefix(2000))
    }
}

/// A record that could not become a job, kept whole.
public struct DeadRecord: Hashable, Sendable {
    /// The identity.
    public let id: DeadRecordID
    /// The record with its bytes, headers and coordinates.
    public let record: SourceRecord
    /// Why.
    public let reason: DeadReason
    /// When it was kept, by the store's clock.
    public let createdAt: Timestamp
    /// Whose job it would have become; nil where nobody knew.
    public let ownerID: UserID?
    /// The kind that it asks for, as far as it could be read.
    public let kind: JobKind?
    /// Which life of its topic it belongs to, part of the identity of records that bear none; nil for records kept
    /// before this was.
    public let incarnation: Int32?

    /// Makes a dead record of stored values.
    public init(
        id: DeadRecordID, record: SourceRecord, reason: DeadReason, createdAt: Timestamp, ownerID: UserID? = nil,
        kind: JobKind? = nil, incarnation: Int32? = nil
    ) {
        self.id = id
        self.record = record
        self.reason = reason
        self.createdAt = createdAt
        self.ownerID = ownerID
        self.kind = kind
        self.incarnation = incarnation
    }
}

/// The identity of a dead record.
public typealias DeadRecordID = Identifier<DeadRecord>
