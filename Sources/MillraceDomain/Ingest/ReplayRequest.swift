/// Which dead letters to replay, and how.
public struct ReplayRequest: Hashable, Sendable {
    /// How many letters one request may take, and how many where nothing is asked.
    public static let limits: ClosedRange<Int64> = 1...10_000
    public static let defaultLimit = 1_000
    /// How many jobs may be asked to start in a second.
    public static let rates: ClosedRange<Int64> = 1...10_000

    /// Which; `diedBefore` nil means what is dead when the replay begins.
    public var filter: DeadLetterFilter
    /// How many at most, oldest first.
    public var limit: Int
    /// Whether only to tell what would happen.
    public var isDryRun: Bool
    /// How many jobs shall start a second; nil for all at once.
    public var rate: Int?
    /// When the first of them shall start; nil for at once.
    public var startsAt: Timestamp?
    /// After which letter to go on; nil for the oldest.
    public var after: PagePosition?

    /// Makes a request.
    public init(
        _ filter: DeadLetterFilter, limit: Int = Self.defaultLimit, isDryRun: Bool = false, rate: Int? = nil,
        startsAt: Timestamp? = nil, after: PagePosition? = nil
    ) {
        self.filter = filter
        self.limit = limit
        self.isDryRun = isDryRun
        self.rate = rate
        self.startsAt = startsAt
        self.after = after
    }
}

/// What a replay did, or would have done.
public struct ReplayReport: Hashable, Sendable {
    /// The filter as it was applied: repeated with it, a replay means the same letters.
    public var filter: DeadLetterFilter
    /// Letters that passed the filter.
    public var matched = 0
    /// Jobs that run again, and records that are jobs now.
    public var replayed = 0
    /// Records of which there was a job already.
    public var duplicates = 0
    /// Records that still cannot become a job.
    public var stillUnreadable = 0
    /// Letters that could not be replayed for another reason, or were replayed by somebody else in this moment.
    public var skipped = 0
    /// Why letters stayed what they are, and how many each.
    public var reasons: [String: Int] = [:]
    /// After which letter to go on; nil when all were seen.
    public var next: PagePosition?
    /// When the next job would start that keeps to the rate; nil without a rate.
    public var nextStartAt: Timestamp?

    /// Makes a report of nothing.
    public init(filter: DeadLetterFilter) {
        self.filter = filter
    }

    mutating func keep(_ letter: KeptLetter) {
        matched += 1
        reasons[letter.code, default: 0] += 1
        switch letter {
        case .unreadable: stillUnreadable += 1
        case .skipped: skipped += 1
        }
    }
}

/// A letter that stays what it is.
enum KeptLetter {
    case unreadable(DeadReason)
    /// - Parameter code: a machine word.
    case skipped(String)

    var code: String {
        switch self {
        case .unreadable(let reason): reason.code.rawValue
        case .skipped(let code): code
        }
    }

    /// It is no dead letter any more, or not this one.
    static let gone = KeptLetter.skipped("gone")
}
