/// A dictionary that forgets what was not asked for lately, so that it never holds more than its capacity.
///
/// Two halves: what is written or found goes into the young one. When that is full it becomes the old one, and what was
/// still in the old one is forgotten. Close to «least recently used», at the price of two look-ups.
public struct RecentEntries<Key: Hashable, Value> {
    private let half: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    /// - Parameter capacity: the greatest number of entries, at least 2.
    public init(capacity: Int) {
        half = max(1, capacity / 2)
    }

    /// How many entries there are.
    public var count: Int { young.count + old.count }

    /// The value of a key, which counts as asked for.
    public mutating func find(_ key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old[key] else { return nil }
        set(value, for: key)
        return value
    }

    /// Remembers a value.
    public mutating func set(_ value: Value, for key: Key) {
        if young.count >= half, young[key] == nil {
            old = young
            young = [:]
        }
        old[key] = nil
        young[key] = value
    }

    /// Forgets one key.
    public mutating func remove(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }

    /// Forgets what meets a condition.
    public mutating func removeAll(where isMeant: (Value) -> Bool) {
        young = young.filter { !isMeant($0.value) }
        old = old.filter { !isMeant($0.value) }
    }

    /// Forgets everything.
    public mutating func removeAll() {
        young = [:]
        old = [:]
    }
}

extension RecentEntries: Sendable where Key: Sendable, Value: Sendable {}
