import Synchronization

/// What all connections hold together.
final class OpenConnections: Sendable {
    /// How many there may be.
    let limit: Int
    private let maxUnsentBytes: Int
    private let count = Atomic(0)
    private let streams = Atomic(0)
    private let unsent = Atomic(0)

    /// Begins with none.
    ///
    /// - Parameters:
    ///   - limit: how many there may be.
    ///   - maxUnsentBytes: how much may be kept of answers that clients have not taken, before those are cut off first
    ///     that take nothing.
    init(limit: Int, maxUnsentBytes: Int) {
        self.limit = limit
        self.maxUnsentBytes = maxUnsentBytes
    }

    /// How many there may be at all: some past the limit, to be told that there are too many.
    var limitWithSpare: Int { limit + min(max(limit / 8, 8), 256) }

    /// Whether there are more than there may be, or streams on them.
    var isCrowded: Bool { count.load(ordering: .relaxed) > limit || streams.load(ordering: .relaxed) > limit }

    /// Whether too much is kept for clients.
    var isHeavy: Bool { unsent.load(ordering: .relaxed) > maxUnsentBytes }

    /// One more has come.
    ///
    /// - Returns: whether that is one too many.
    func open() -> Bool { count.add(1, ordering: .relaxed).newValue > limit }

    /// One has gone.
    func close() { count.subtract(1, ordering: .relaxed) }

    /// One more stream has come on a connection of HTTP/2. Of all of these together there may be as many as connections,
    /// for a stream costs about as much as one.
    ///
    /// - Returns: whether that is one too many.
    func openStream() -> Bool { streams.add(1, ordering: .relaxed).newValue > limit }

    /// One has ended.
    func closeStream() { streams.subtract(1, ordering: .relaxed) }

    /// Some bytes of an answer wait for their client.
    func keep(_ bytes: Int) { unsent.add(bytes, ordering: .relaxed) }

    /// They do not any more.
    func letGo(_ bytes: Int) { unsent.subtract(bytes, ordering: .relaxed) }
}
