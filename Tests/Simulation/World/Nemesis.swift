import MillraceDomain

/// Makes the faults that befall processes, servers and logs.
///
/// Touched only on the thread that drives its simulation.
final class Nemesis: @unchecked Sendable {
    /// How long it goes on.
    static let span: Duration = .seconds(30)

    private unowned let world: World
    private let consumers: [Node]
    private let servers: [Node]
    private var chance: Chance

    init(_ world: World, consumers: [Node], servers: [Node]) {
        (self.world, self.consumers, self.servers) = (world, consumers, servers)
        chance = Chance(seed: world.scenario.seed, stream: 4)
    }

    func start() {
        tick()
        world.after(Self.span) { [self] in heal() }
    }

    private func tick() {
        world.after(.milliseconds(500)) { [self] in
            guard world.faults.isActive else { return }
            act()
            tick()
        }
    }

    private func act() {
        let node = chance.pick(consumers + servers)
        let partition = chance.pick(Broker.partitions)
        if world.hits(.crash, 0.05) { crash(node) }
        if world.hits(.freeze, 0.04) { freeze(node, for: world.faults.length(.freeze, 500...18_000)) }
        if world.hits(.pausedClock, 0.015) {
            freeze(node, for: world.faults.length(.pausedClock, 2000...18_000), clockStandsStill: true)
        }
        if world.hits(.drain, 0.02) { drain(chance.pick(consumers)) }
        if world.hits(.storeDown, 0.015) {
            world.stores.jobs.downUntil = world.now + world.faults.length(.storeDown, 200...13_000)
            world.note("store", "goes away")
        }
        if world.hits(.storeFrozen, 0.012) {
            world.stores.jobs.frozenUntil = world.now + world.faults.length(.storeFrozen, 500...7000)
            world.note("store", "stands still")
        }
        if world.hits(.archiveDown, 0.02) {
            world.stores.archive.downUntil = world.now + world.faults.length(.archiveDown, 500...8000)
        }
        if world.hits(.rebalance, 0.03) { world.broker.rebalance(after: .milliseconds(10)) }
        if world.hits(.trimmedLog, 0.015) { world.broker.trim(partition, keeping: chance.number(0...3)) }
        if world.hits(.recreatedTopic, 0.008) { world.broker.recreate(partition) }
        if world.hits(.emptyCluster, 0.005) { world.broker.restartEmpty() }
        if world.hits(.badRecord, 0.08) {
            let queue = chance.pick(Workshop.queues)
            world.broker.produce(
                .bad(chance.number(0...20)), to: queue, partition: chance.number(0...6), from: "producer")
        }
    }

    private func crash(_ node: Node) {
        guard let life = node.life, !life.isOver else { return }
        world.note(node.name, "DIES")
        node.thaw()
        life.end()
        let consumer = node.consumer
        // The broker notices after a while.
        world.after(chance.milliseconds(500...5000)) { [world] in
            if let consumer { world.broker.leave(consumer) }
        }
        // Unless a drain that it was in has seen to it.
        world.after(chance.milliseconds(300...9000)) { [world] in
            if node.life === life { world.startProcess(on: node) }
        }
    }

    private func freeze(_ node: Node, for duration: Duration, clockStandsStill: Bool = false) {
        guard let life = node.life, !life.isOver, !node.isFrozen else { return }
        world.note(node.name, clockStandsStill ? "IS PAUSED WITH ITS CLOCK" : "FREEZES")
        node.freeze()
        let consumer = node.consumer
        world.after(.seconds(4)) { [world] in
            if let consumer, node.isFrozen, node.consumer === consumer { world.broker.leave(consumer) }
        }
        world.after(duration) { [world] in
            guard node.isFrozen, node.life === life else { return }
            world.note(node.name, "WAKES")
            node.wake(clockStoodStill: clockStandsStill)
            guard let consumer, !life.isOver, !world.broker.hasMember(consumer) else { return }
            // It hears that it was put out, and comes back.
            world.after(.milliseconds(300)) {
                consumer.receive(.revoked)
                if !life.isOver, !consumer.isDraining { world.broker.join(consumer) }
            }
        }
    }

    private func drain(_ node: Node) {
        guard let consumer = node.consumer, let life = node.life, !life.isOver, !node.isFrozen, !consumer.isDraining
        else { return }
        world.note(node.name, "DRAINS")
        life.spawn { () async throws(Life.Over) in try await consumer.drain() }
        restart(node, life, after: .seconds(10))
    }

    /// Starts a process when the one before has ended.
    private func restart(_ node: Node, _ life: Life, after delay: Duration) {
        world.after(delay) { [self] in
            guard node.life === life else { return }
            if life.isOver { world.startProcess(on: node) } else { restart(node, life, after: .seconds(2)) }
        }
    }

    private func heal() {
        world.note("nemesis", "HEALS")
        world.faults.heal()
        world.stores.heal(world.now)
    }
}
