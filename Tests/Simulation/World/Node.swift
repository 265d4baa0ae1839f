import MillraceDomain

/// A place where a process runs, one life after the other.
///
/// Touched only on the thread that drives its simulation.
final class Node: @unchecked Sendable {
    let name: String
    let number: Int
    /// How fast its clock runs, 1 for right.
    let rate: Double
    /// How wrong its time of day is.
    let skew: Duration
    /// The process that runs now.
    var life: Life?
    /// Its process, if it is a consumer.
    var consumer: Consumer?
    /// Its process, if it serves the API.
    var server: APIServer?
    /// Until it stands still.
    private(set) var isFrozen = false
    private var deferred: [() -> Void] = []
    /// How long its clock has stood still altogether.
    private var pausedFor: Duration = .zero
    private var frozenAt: Timestamp?
    /// Whether its clock ever stood still: then it cannot know when its leases end.
    private(set) var wasPaused = false
    private unowned let world: World

    init(_ name: String, number: Int, in world: World) {
        var chance = world.faults.nodes
        for _ in 0..<number { _ = chance.next() }
        self.name = name
        self.number = number
        self.world = world
        let (drift, wrong) = (chance.fraction(), chance.fraction())
        rate = world.faults.isOn(.clockDrift) ? 0.92 + 0.16 * drift : 1
        skew = world.faults.isOn(.wrongWallClock) ? .milliseconds(Int((wrong - 0.5) * 20_000_000)) : .zero
    }

    /// Its monotonic clock.
    var clock: Timestamp {
        let elapsed = (world.now - World.start).microseconds - pausedFor.microseconds
        return Timestamp(microseconds: Int64(Double(elapsed) * rate))
    }

    /// Its time of day.
    var timeOfDay: Timestamp { world.now + skew }

    /// Does something that came from outside, at once or when the node wakes.
    func deliver(_ action: @escaping () -> Void) {
        if isFrozen { deferred.append(action) } else { action() }
    }

    func freeze() {
        guard !isFrozen else { return }
        isFrozen = true
        frozenAt = world.now
    }

    /// Goes on; what came meanwhile comes now.
    func wake(clockStoodStill: Bool) {
        guard isFrozen, let frozenAt else { return }
        isFrozen = false
        if clockStoodStill {
            pausedFor += world.now - frozenAt
            wasPaused = true
        }
        life?.onWake()
        let actions = deferred
        deferred = []
        for action in actions { action() }
    }

    /// What was frozen is gone with its process.
    func thaw() {
        isFrozen = false
        deferred = []
    }
}
