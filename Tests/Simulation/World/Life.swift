import MillraceDomain

/// One process from its start to its end. What it knows dies with it; what it has sent goes on.
///
/// Touched only on the thread that drives its simulation.
final class Life: @unchecked Sendable {
    /// The process has ended while this was waited for.
    struct Over: Error {}

    let node: Node
    unowned let world: World
    private(set) var isOver = false
    /// Called when the node wakes, before anything else happens in it.
    var onWake: () -> Void = {}
    private var ends: [UInt64: () -> Void] = [:]
    private var lastWait: UInt64 = 0

    init(on node: Node, in world: World) {
        self.node = node
        self.world = world
        node.life = self
    }

    /// Dies: nobody comes back from a wait.
    func end() {
        isOver = true
        let waiting = ends.sorted { $0.key < $1.key }
        ends = [:]
        for (_, end) in waiting { end() }
    }

    /// Begins something that goes on beside the rest, until it ends or the process does.
    func spawn(_ body: @escaping @Sendable () async throws(Over) -> Void) {
        world.spawn { _ = try? await body() }
    }

    /// Waits for a value that `begin` sees to.
    func wait<Value: Sendable>(_ begin: (Promise<Value?>) -> Void) async throws(Over) -> Value {
        guard !isOver else { throw Over() }
        let promise = Promise<Value?>()
        lastWait += 1
        let key = lastWait
        ends[key] = { promise.fulfil(nil) }
        begin(promise)
        let value = await promise.wait()
        ends[key] = nil
        guard let value, !isOver else { throw Over() }
        return value
    }

    /// Hands over what came from outside: now, when the node wakes, or never.
    func deliver(_ action: @escaping () -> Void) {
        node.deliver { [self] in
            if !isOver { action() }
        }
    }

    /// Waits for so long by the node's own clock.
    func sleep(_ duration: Duration) async throws(Over) {
        _ = try await wait { (promise: Promise<Bool?>) in after(duration) { promise.fulfil(true) } }
    }

    /// Does something after so long by the node's own clock.
    func after(_ duration: Duration, _ action: @escaping () -> Void) {
        world.after(duration / node.rate) { [self] in deliver(action) }
    }
}

/// Wakes one loop; calls while nobody waits are remembered as one.
///
/// Touched only on the thread that drives its simulation.
final class Bell: @unchecked Sendable {
    private let life: Life
    private var isCalled = false
    private var waiter: Promise<Bool?>?

    init(_ life: Life) {
        self.life = life
    }

    func call() {
        if let waiter = waiter.take() { waiter.fulfil(true) } else { isCalled = true }
    }

    func wait() async throws(Life.Over) {
        if isCalled {
            isCalled = false
            if life.isOver { throw Life.Over() }
            return
        }
        _ = try await life.wait { waiter = $0 }
    }
}
