import MillraceDomain

/// How long a process waits between tries of what a store could not do just now: at most longer than its loops do
/// (two seconds), which leaves others more time to come between.
struct Pause {
    private var tries = 0

    mutating func wait(_ life: Life) async throws(Life.Over) {
        let delay = min(.seconds(5), Duration.milliseconds(100) * (1 << min(tries, 16)))
        tries += 1
        try await life.sleep(delay)
    }
}

/// Identifiers that a process makes: version 7, of its own time of day.
///
/// Touched only on the thread that drives its simulation.
final class NodeIDs: IDGenerator, @unchecked Sendable {
    private let node: Node
    private static let shape: UInt64 = 0x8000_0000_0000_0000
    private unowned let world: World

    init(_ node: Node, _ world: World) {
        (self.node, self.world) = (node, world)
    }

    func next() -> UniqueID {
        world.lastID += 1
        let millis = UInt64(clamping: node.timeOfDay.microseconds / 1000)
        return UniqueID(high: millis << 16 | 0x7000, low: Self.shape | UInt64(node.number) << 40 | world.lastID)
    }
}
