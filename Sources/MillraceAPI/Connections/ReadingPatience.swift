import NIOCore

/// The time that is left to a client that is slow to take what is ready for it.
///
/// It runs while something waits, and comes back by what is taken and while nothing waits: who never reads is out of it
/// after the limit, who reads faster than the rate never, and who reads more slowly some time between.
struct ReadingPatience {
    /// How much of the time is spent.
    private(set) var spent: Duration = .zero
    private var taken = 0
    private var lookedAt: NIODeadline

    /// Begins with all the time.
    init(now: NIODeadline) {
        lookedAt = now
    }

    /// Looks again.
    ///
    /// - Parameters:
    ///   - taken: how many bytes the client has taken since the beginning.
    ///   - isWaiting: whether some are ready that it has not taken.
    ///   - rate: how many bytes a second keep it where it is.
    mutating func look(now: NIODeadline, taken: Int, isWaiting: Bool, rate: Int) {
        let elapsed = Duration.nanoseconds((now - lookedAt).nanoseconds)
        let gained = max(taken - self.taken, 0)
        (lookedAt, self.taken) = (now, taken)
        let regained = isWaiting ? Duration.seconds(Double(gained) / Double(rate)) - elapsed : elapsed
        spent = max(spent - regained, .zero)
    }
}
