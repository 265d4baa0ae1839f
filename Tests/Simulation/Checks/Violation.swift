/// A promise that a run has broken.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    /// The promises.
    public enum Rule: String, CaseIterable, Sendable {
        /// What was accepted is not there.
        case lost
        /// What was accepted never ends.
        case stuck
        /// One submission became two jobs.
        case doubled
        /// Two run a job, or a key, at the same time.
        case overlapped
        /// Jobs of a key began in another order than they were accepted.
        case reordered
        /// An offset or an epoch went back.
        case regressed
        /// An ended job changed.
        case changedAfterEnd
        /// Something was written that the state table does not know, or by somebody who had no right.
        case unlawful
        /// The records of runs do not add up.
        case badRecord
        /// A time was not kept.
        case untimely
        /// A job was run that nobody had leased for that.
        case unleased
        /// The archive does not hold what ended.
        case badArchive
        /// Too little happened for the run to mean anything.
        case vacuous
    }

    /// Which one.
    public let rule: Rule
    /// What was seen.
    public let details: String

    public var description: String { "\(rule.rawValue): \(details)" }
}
