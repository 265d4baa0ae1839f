/// Randomness from a seed, the same on every machine (SplitMix64, Steele, Lea and Flood 2014).
struct Chance {
    private var state: UInt64

    /// Makes the `stream`-th source of a seed; sources of one seed know nothing of each other, so that leaving out
    /// one sort of fault does not change the others.
    init(seed: UInt64, stream: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 ^ stream &* 0xD1B5_4A32_D192_ED03
        _ = next()
        _ = next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform in 0 ..< 1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// True with this probability.
    mutating func hits(_ probability: Double) -> Bool { fraction() < probability }

    /// A number of the range.
    mutating func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    /// A time of the range of milliseconds.
    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .microseconds(number(range.lowerBound * 1000...range.upperBound * 1000))
    }

    /// One of them; there must be one.
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...elements.count - 1)] }
}
