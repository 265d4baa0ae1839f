import MillraceDomain
import TestKit

/// Everything of one simulation, and its time.
///
/// It is driven by one thread, and nothing of it is touched by any other: that is what makes it safe to share among
/// the tasks that this thread runs.
final class World: @unchecked Sendable {
    static let start = ManualClock.start
    /// To whom all jobs belong.
    static let owner = UserID(UniqueID(high: 0x7000, low: 0x8000_0000_0000_0001))
    /// Longer than any run needs that comes to an end.
    static let limit: Duration = .seconds(1200)

    let scenario: Scenario
    let faults: Faults
    let trace: Trace
    /// The store's clock, which is the true time.
    let clock = ManualClock(World.start)
    let store: InMemoryStore
    let archive: InMemoryJobArchive
    let orders: Orders
    private(set) lazy var auditor = Auditor(self)
    private(set) lazy var stores = Stores(self)
    private(set) lazy var broker = Broker(self)
    /// For how long things take when nothing is wrong.
    var latency: Chance
    private(set) var now = World.start
    private(set) var violation: Violation?
    private(set) var steps = 0
    var counts = Counts()
    /// The last identifier that anybody made.
    var lastID: UInt64 = 1295
    /// How often each submission was run.
    var runsOfTag: [Int: Int] = [:]
    /// How many tasks wait for the system instead of for us.
    var outside = 0
    private let executor = StepExecutor()
    private var agenda = Agenda()

    init(_ scenario: Scenario, isTraced: Bool) {
        self.scenario = scenario
        faults = Faults(scenario)
        orders = Orders(scenario)
        latency = Chance(seed: scenario.seed, stream: 5)
        trace = Trace(isOn: isTraced)
        store = InMemoryStore(clock: clock)
        archive = InMemoryJobArchive(listingDelay: .seconds(1))
    }

    var elapsed: Duration { now - World.start }

    /// Does something after so long.
    func after(_ duration: Duration, _ action: @escaping () -> Void) {
        agenda.add(at: now + max(duration, .zero), action)
    }

    /// Begins a task; it runs until it waits before anything else happens.
    func spawn(_ body: @escaping @Sendable () async -> Void) {
        Task(executorPreference: executor) { await body() }
    }

    /// Steps until `isDone`, a violation, or the end of everything that was to happen.
    func run(until isDone: () -> Bool) {
        settle()
        while violation == nil, !isDone(), let next = agenda.next() {
            now = next.time
            clock.set(now)
            steps += 1
            next.action()
            settle()
        }
    }

    private func settle() {
        executor.drain { outside == 0 }
    }

    /// Ends every life so that no task is left behind.
    func end(_ nodes: [Node]) {
        for node in nodes {
            node.thaw()
            node.life?.end()
        }
        settle()
        for node in nodes { (node.life, node.consumer, node.server) = (nil, nil, nil) }
        (broker.members, broker.sessions) = ([], [])
        agenda = Agenda()
    }

    /// Notes that a promise is broken; the first one counts.
    func fail(_ rule: Violation.Rule, _ details: @autoclosure () -> String) {
        guard violation == nil else { return }
        let text = details()
        violation = Violation(rule: rule, details: text)
        note("check", "VIOLATED \(rule.rawValue)", text)
    }

    /// Adds a line to the trace.
    func note(_ who: String, _ action: @autoclosure () -> String, _ result: @autoclosure () -> String = "") {
        guard trace.isOn else { return }
        trace.add(steps, elapsed, who, action(), result())
    }
}
