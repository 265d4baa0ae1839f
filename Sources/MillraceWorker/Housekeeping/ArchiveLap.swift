import DequeModule
import MillraceDomain

/// One way through the ended jobs, from the earliest on: how far it is, how much it takes at a time, and what was
/// copied and waits for its removal.
struct ArchiveLap: Sendable {
    private let settings: HousekeepingSettings
    private var places: [EndedGroup: EndedPosition] = [:]
    private var groups: [EndedGroup] = []
    private var copied: Deque<(versions: [EndedVersion], at: ContinuousClock.Instant)> = []
    private var waiting = 0
    private(set) var limit: Int
    private var began = ContinuousClock.now
    private var wasAtEnd = ContinuousClock.now

    init(_ settings: HousekeepingSettings) {
        self.settings = settings
        self.limit = settings.archiveBatch.lowerBound * 4
        begin()
    }

    /// Begins with the earliest again.
    mutating func begin() {
        (began, wasAtEnd) = (.now, .now)
        places = [:]
        groups = EndedGroup.allCases
    }

    /// Goes on from where the lap came to the end, unless it lasts for too long already: what ended earlier than it was
    /// written is only found by a new one.
    mutating func goOn(at time: ContinuousClock.Instant = .now) {
        if groups.isEmpty, time - began < settings.archiveLapTime { groups = EndedGroup.allCases }
    }

    /// How to work at `time`.
    func pace(at time: ContinuousClock.Instant = .now) -> ArchivePace {
        time - wasAtEnd > settings.archiveBehindAfter ? settings.archiveCatchingUp : settings.archivePace
    }

    /// Whether there is something to copy, and room for it.
    var hasMore: Bool { next() != nil }

    /// What to copy next; nil when the lap is over, or so much waits for its removal that copying must wait.
    func next() -> (group: EndedGroup, after: EndedPosition?, limit: Int)? {
        guard let group = groups.first, waiting < settings.removalBound else { return nil }
        return (group, places[group], limit)
    }

    /// Notes what was copied, and how much to take next time.
    mutating func note(_ step: ArchiveStep, of group: EndedGroup, took: Duration) {
        let goal = pace().step
        let isFull = step.versions.count + step.refused.count >= limit
        places[group] = step.last
        groups.removeAll { $0 == group }
        // Less than a batch is the end, so that what comes due meanwhile makes a batch of its own; unless it took long:
        // then it may have been cut short for its megabytes. What goes on does so behind the others, so that none waits
        // for one that never comes to its end.
        if isFull || !step.isEmpty && took >= goal { groups.append(group) }
        if groups.isEmpty { wasAtEnd = .now }
        if !step.versions.isEmpty {
            copied.append((step.versions, .now))
            waiting += step.versions.count
        }
        if took > goal * 2 {
            shrink()
        } else if isFull, took < goal {
            limit = min(limit * 3 / 2, settings.archiveBatch.upperBound)
        }
    }

    /// Takes less at a time.
    mutating func shrink() {
        limit = max(limit / 2, settings.archiveBatch.lowerBound)
    }

    /// When the batch was copied that is removed next.
    var nextRemoval: ContinuousClock.Instant? { copied.first?.at }

    /// The earliest batch, if it was copied before `time`.
    func due(before time: ContinuousClock.Instant) -> [EndedVersion]? {
        copied.first.flatMap { $0.at <= time ? $0.versions : nil }
    }

    /// The earliest batch has been removed.
    mutating func forgetDue() {
        waiting -= copied.removeFirst().versions.count
    }
}
