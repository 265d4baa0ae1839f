import MillraceDomain
import TestKit

/// All that takes part in a run.
final class Fleet {
    let nodes: [Node]
    private unowned let world: World
    private let clients: Clients
    private let nemesis: Nemesis

    init(_ world: World) {
        self.world = world
        let servers = ["api-1", "api-2"].enumerated().map { Node($1, number: 1 + $0, in: world) }
        let names = ["consumer-1", "consumer-2", "consumer-3"].prefix(2 + Int(world.scenario.seed % 2))
        let consumers = names.enumerated().map { Node($1, number: 10 + $0, in: world) }
        let outside = Node("client", number: 0, in: world)
        nodes = servers + consumers + [outside]
        clients = Clients(Life(on: outside, in: world), servers: servers)
        nemesis = Nemesis(world, consumers: consumers, servers: servers)
    }

    func start() {
        world.spawn { [world] in
            let profile = UserProfile.sample()
            guard (try? await world.store.create(id: World.owner, profile: profile)) != nil else { return }
        }
        for node in nodes where node.number > 0 { world.startProcess(on: node) }
        for kind in [FaultKind.clockDrift, .wrongWallClock] where world.faults.isOn(kind) { world.counts[kind] += 1 }
        clients.start()
        nemesis.start()
    }

    /// Whether all is done that was to be done, and all of it archived.
    var isAtRest: Bool {
        clients.areDone && world.auditor.hot == 0 && world.broker.isIngested(world.auditor.positions)
    }

    func checkEnd() {
        guard world.violation == nil else { return }
        if !isAtRest { return world.fail(.stuck, stuck) }
        world.auditor.checkEnd(promised: clients.promised)
    }

    private var stuck: String {
        let waiting = world.store.rows.map { "\($0.job.id.short) \($0.job.state)" }
        let behind = Broker.partitions.filter {
            (world.broker.logs[$0]?.high ?? 0) != world.auditor.positions[$0]?.nextOffset ?? 0
        }.map { "\($0.short) \(world.auditor.positions[$0]?.word ?? "-") of \(world.broker.logs[$0]?.high ?? 0)" }
        return "after \(world.elapsed): \((waiting + behind).list), clients \(clients.areDone ? "done" : "waiting")"
    }
}

extension World {
    /// Starts a process on a node whose former one is dead.
    func startProcess(on node: Node) {
        note(node.name, "STARTS")
        let life = Life(on: node, in: self)
        if node.number >= 10 {
            let consumer = Consumer(life)
            node.consumer = consumer
            consumer.start()
        } else {
            node.server = APIServer(life)
        }
    }
}
