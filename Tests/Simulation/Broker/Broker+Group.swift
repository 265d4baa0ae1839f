import MillraceDomain

/// Who reads what.
extension Broker {
    func join(_ consumer: Consumer) {
        members.removeAll { $0.consumer === consumer }
        members.append(Member(consumer: consumer))
        world.note("broker", "\(consumer.name) joins")
        rebalance(after: .milliseconds(50))
    }

    func leave(_ consumer: Consumer) {
        guard members.contains(where: { $0.consumer === consumer }) else { return }
        members.removeAll { $0.consumer === consumer }
        world.note("broker", "\(consumer.name) is out")
        rebalance(after: .milliseconds(50))
    }

    func hasMember(_ consumer: Consumer) -> Bool { members.contains { $0.consumer === consumer } }

    /// Gives the partitions out anew. Each member hears of it in its own time, so that for a while two may think
    /// that they have the same one.
    func rebalance(after delay: Duration) {
        generation += 1
        let mine = generation
        world.after(delay) { [self] in
            guard mine == generation, !members.isEmpty else { return }
            let turn = world.faults.isOn(.rebalance) ? world.faults.number(.rebalance, 0...members.count - 1) : 0
            for index in members.indices {
                let assigned = Self.partitions.indices
                    .filter { ($0 + turn) % members.count == index }.map { Self.partitions[$0] }
                members[index].assigned = assigned
                tell(members[index].consumer, mine, assigned)
            }
        }
    }

    private func tell(_ consumer: Consumer, _ generation: AssignmentID, _ assigned: [TopicPartition]) {
        let delay =
            world.hits(.rebalance, 0.3)
            ? world.faults.length(.rebalance, 200...4000) : world.latency.milliseconds(5...60)
        world.after(delay) { consumer.receive(.assigned(generation, assigned)) }
    }

    /// A member begins to read; not what another cluster had given it.
    func begin(_ assignment: AssignmentID, _ starts: [PartitionStart], _ consumer: Consumer) {
        guard assignment >= firstAssignment else { return }
        for start in starts {
            sessions.append(FetchSession(start.source, from: start.offset, assignment, consumer, self))
        }
        sessions.removeAll(where: \.isClosed)
    }

    /// A member reads no more: of everything, or of one partition.
    func stop(_ consumer: Consumer, _ partition: TopicPartition? = nil) {
        for session in sessions where session.isOf(consumer) && partition ?? session.partition == session.partition {
            session.close()
        }
        sessions.removeAll(where: \.isClosed)
    }
}
