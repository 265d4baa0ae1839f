/// What a store must have done from time to time, by any process, to go on keeping its promises.
public protocol StoreUpkeep: Sendable {
    /// Prepares room for what is to come and drops what is past its time, some of it when there is much.
    ///
    /// - Throws: `DomainError.unavailable`, `.ambiguous` (doing it again is harmless) or `.failure`.
    func keepUp() async throws(DomainError) -> UpkeepReport
}

/// What an upkeep has done.
public struct UpkeepReport: Hashable, Sendable {
    /// Partitions made ahead.
    public var made: Int
    /// Partitions dropped because all in them is past its time.
    public var dropped: Int
    /// Dead records removed because they are past their time.
    public var removedRecords: Int
    /// Ordering keys removed because no job of theirs is live.
    public var removedKeys: Int
    /// Unique keys removed because nobody holds them any more.
    public var removedClaims: Int
    /// Whether there is more to remove.
    public var hasMore: Bool

    /// Makes a report.
    public init(
        made: Int = 0, dropped: Int = 0, removedRecords: Int = 0, removedKeys: Int = 0, removedClaims: Int = 0,
        hasMore: Bool = false
    ) {
        self.made = made
        self.dropped = dropped
        self.removedRecords = removedRecords
        self.removedKeys = removedKeys
        self.removedClaims = removedClaims
        self.hasMore = hasMore
    }
}
