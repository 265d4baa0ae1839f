/// How many jobs are in which state, and how much each owner has, kept up with every change instead of counted.
///
/// "Now" is the store's clock. Every method may throw `DomainError.unavailable`, `.ambiguous` (writes) or `.failure`.
public protocol QueueCounters: Sendable {
    /// The live jobs of every queue that has some, as they stand this moment.
    func census() async throws(DomainError) -> QueueCensus

    /// Sums up the changes since the last time. The census is right without it, but dearer with every change.
    ///
    /// - Returns: how many changes there were.
    @discardableResult
    func fold() async throws(DomainError) -> Int

    /// Compares the counters with the jobs themselves, which takes a look at every row, and corrects them.
    ///
    /// - Returns: how many counters were wrong: none, unless somebody has changed rows behind the store's back.
    @discardableResult
    func reconcile() async throws(DomainError) -> Int
}

/// How the queues stand at one moment.
public struct QueueCensus: Hashable, Sendable {
    /// The moment.
    public let at: Timestamp
    /// The queues with live jobs or paused, in order of name.
    public let queues: [QueueStatus]

    /// Makes a census.
    public init(at: Timestamp, queues: [QueueStatus]) {
        self.at = at
        self.queues = queues
    }
}
