/// What is heard of the tokens in a store by somebody who remembers some.
public enum TokenNews: Hashable, Sendable {
    /// Nothing is heard any more, or hearing begins anew: whatever is remembered counts for nothing.
    case interrupted
    /// Tokens of this user were made, changed or removed; nil for those of anybody.
    case changed(UserID?)
    /// Every change that was committed before this moment has been told.
    case complete(until: ContinuousClock.Instant)
}
