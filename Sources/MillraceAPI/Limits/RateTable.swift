/// The token buckets of any number of callers, in a table that never grows.
///
/// A bucket is one number, the moment at which it will be full again (the virtual scheduling form of the generic cell
/// rate algorithm, ITU-T I.371 annex A): a caller owes the time until then. A caller's place is one of four, by a hash
/// with a seed of the process, so that nobody can aim at another's. A newcomer takes a place whose bucket is full, of
/// which nothing is lost. When there is none it takes the place that owes least **and its debt**: whoever brings in
/// callers without end to push out a bucket of his own finds its debt, or one no smaller, wherever he comes back.
/// In such a flood newcomers may be limited early; nobody is ever limited late.
struct RateTable {
    private struct Slot {
        /// The caller's hash; of two callers with the same one, which never happens, both share a bucket.
        var key = 0
        /// Nanoseconds after the table's beginning.
        var fullAt: Int64 = 0
    }

    private static let ways = 4

    let rate: Rate
    private let start: ContinuousClock.Instant
    private var slots: [Slot]

    /// - Parameter sets: how many times four callers have room.
    init(_ rate: Rate, sets: Int, start: ContinuousClock.Instant) {
        self.rate = rate
        self.start = start
        slots = Array(repeating: Slot(), count: max(1, sets) * Self.ways)
    }

    /// Takes one from the bucket of a caller, unless it is empty.
    mutating func take(_ key: Int, at instant: ContinuousClock.Instant) -> RateStanding {
        let now = nanoseconds(instant)
        let place = place(of: key, now)
        slots[place].key = key
        let debt = max(0, slots[place].fullAt - now)
        guard debt + rate.interval <= rate.window else { return standing(debt, isAllowed: false) }
        slots[place].fullAt = now + debt + rate.interval
        return standing(debt + rate.interval, isAllowed: true)
    }

    /// Gives one back that was taken, if the caller still has a bucket of its own.
    mutating func giveBack(_ key: Int) {
        for index in places(of: key) where slots[index].key == key {
            slots[index].fullAt -= rate.interval
            return
        }
    }

    private func standing(_ debt: Int64, isAllowed: Bool) -> RateStanding {
        RateStanding(
            rate: rate, isAllowed: isAllowed, remaining: Int((rate.window - debt) / rate.interval),
            fullAfter: .nanoseconds(debt), nextAfter: .nanoseconds(max(0, debt + rate.interval - rate.window)))
    }

    /// Where a caller's bucket is, or will be.
    private func place(of key: Int, _ now: Int64) -> Int {
        let places = places(of: key)
        var lightest = places.lowerBound
        for index in places {
            if slots[index].key == key { return index }
            if slots[index].fullAt < slots[lightest].fullAt { lightest = index }
        }
        return lightest
    }

    private func places(of key: Int) -> Range<Int> {
        let first = Int(UInt(bitPattern: key) % UInt(slots.count / Self.ways)) * Self.ways
        return first..<(first + Self.ways)
    }

    private func nanoseconds(_ instant: ContinuousClock.Instant) -> Int64 {
        let (seconds, attoseconds) = (instant - start).components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
