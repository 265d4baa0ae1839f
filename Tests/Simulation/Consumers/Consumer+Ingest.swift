import MillraceDomain

/// Making rows of records, as the worker's intake does.
extension Consumer {
    /// Which partitions it has, and where each stands.
    struct Holding {
        let assignment: AssignmentID
        var positions: [TopicPartition: PartitionPosition] = [:]
    }

    /// Takes in what the broker says, when it gets here.
    func receive(_ event: RecordSourceEvent) {
        life.deliver { [self] in
            switch event {
            case .assigned(let id, _):
                guard id > current ?? 0 else { return }
                world.broker.stop(self)
                (events, current) = ([], id)
            case .revoked:
                world.broker.stop(self)
                (events, current) = ([], nil)
            case .records, .positionLost: break
            }
            events.append(event)
            onEvent.call()
        }
    }

    func ingesting() async throws(Life.Over) {
        var holding: Holding?
        while true {
            try await onEvent.wait()
            while !events.isEmpty, !isDraining { try await act(on: events.removeFirst(), &holding) }
        }
    }

    private func act(on event: RecordSourceEvent, _ holding: inout Holding?) async throws(Life.Over) {
        switch event {
        case .revoked:
            holding = nil
            notes.removeAll()
        case .assigned(let id, let partitions):
            world.note(name, "assigned \(id)", partitions.map(\.short).list)
            holding = Holding(assignment: id)
            notes.removeAll()
            try await open(partitions, &holding)
        case .records(let id, let partition, let records):
            guard holding?.assignment == id, holding?.positions[partition] != nil else { return }
            try await write(records, of: partition, &holding)
        case .positionLost(let id, let partition, let low, let high):
            guard holding?.assignment == id, let position = holding?.positions[partition] else { return }
            notes.remove(partition)
            try await recover(position, low: low, high: high, &holding)
        }
    }

    private func open(_ partitions: [TopicPartition], _ holding: inout Holding?) async throws(Life.Over) {
        guard let id = holding?.assignment else { return }
        var left = partitions
        var pause = Pause()
        while !left.isEmpty {
            let cluster = world.broker.clusterID
            let opened = try await whileCurrent(id) { [positions, left] () async throws(DomainError) in
                try await positions.open(left, cluster: cluster)
            }
            guard let opened, current == id else { return }
            for position in opened { holding?.positions[position.source] = position }
            world.broker.begin(id, opened.map { PartitionStart(source: $0.source, offset: $0.nextOffset) }, self)
            left.removeAll { partition in opened.contains { $0.source == partition } }
            guard !left.isEmpty else { return }
            try await pause.wait(life)
        }
    }

    private func write(
        _ records: [SourceRecord], of partition: TopicPartition, _ holding: inout Holding?
    ) async throws(Life.Over) {
        var pause = Pause()
        let incarnation = holding?.positions[partition]?.incarnation
        if notes.takeLoss(of: partition) { try await reopen(partition, &holding) }
        while let id = holding?.assignment, let position = holding?.positions[partition],
            position.incarnation == incarnation, current == id
        {
            let left = records.filter { $0.offset >= position.nextOffset ?? 0 }
            guard !left.isEmpty else { return }
            do throws(DomainError) {
                let outcome = try await ingest(left, at: position)
                if life.isOver { throw .unavailable }
                switch outcome {
                case .committed(let report):
                    holding?.positions[partition] = report.position
                    notes.remove(partition)
                    return add(hints: report.receipt.ready + report.dispatched)
                case .told(let report):
                    world.counts[.told] += report.dispatched.count
                    holding?.positions[partition] = report.position
                    notes.add(report.position)
                    return add(hints: report.dispatched)
                case .staleEpoch: break
                }
            } catch {
                if life.isOver { throw Life.Over() }
                if Self.isUnknown(error) {
                    world.counts[.unknownOutcomes] += 1
                    try await reopen(partition, &holding)
                }
                try await pause.wait(life)
                continue
            }
            try await reopen(partition, &holding)
            try await pause.wait(life)
        }
    }

    private func whileCurrent<Value: Sendable>(
        _ id: AssignmentID, _ call: @Sendable () async throws(DomainError) -> Value
    ) async throws(Life.Over) -> Value? {
        var pause = Pause()
        while current == id {
            do throws(DomainError) {
                let value = try await call()
                if life.isOver { throw .unavailable }
                return value
            } catch {
                if life.isOver { throw Life.Over() }
            }
            try await pause.wait(life)
        }
        return nil
    }

    private func reopen(_ partition: TopicPartition, _ holding: inout Holding?) async throws(Life.Over) {
        guard let id = holding?.assignment else { return }
        let opened = try await whileCurrent(id) { [positions] () async throws(DomainError) in
            try await positions.open([partition], cluster: nil)
        }
        let before = holding?.positions[partition]?.incarnation
        guard let position = opened?.first else { return }
        holding?.positions[partition] = position
        guard position.incarnation != before else { return }
        holding?.positions[partition] = nil
        world.broker.stop(self, partition)
        try await open([partition], &holding)
    }

    private func recover(
        _ position: PartitionPosition, low: Int64, high: Int64, _ holding: inout Holding?
    ) async throws(Life.Over) {
        guard let id = holding?.assignment else { return }
        let ours = position.nextOffset ?? 0
        var target = position
        if ours > high || ours < low {
            let answer = try await whileCurrent(id) { [positions] () async throws(DomainError) in
                try await Self.move(position, to: low, isNew: ours > high, positions)
            }
            guard let answer else { return }
            if let moved = answer {
                target = moved
            } else {
                try await reopen(position.source, &holding)
                guard let retaken = holding?.positions[position.source] else { return }
                target = retaken
            }
        }
        holding?.positions[position.source] = target
        world.broker.begin(id, [PartitionStart(source: target.source, offset: target.nextOffset)], self)
    }

    private static func move(
        _ position: PartitionPosition, to low: Int64, isNew: Bool, _ positions: any IngestRepository
    ) async throws(DomainError) -> PartitionPosition? {
        do throws(DomainError) {
            return try await positions.move(position, to: low, isNewIncarnation: isNew)
        } catch .ambiguous {
            guard let opened = try await positions.open([position.source]).first else { throw .failure }
            let isStill =
                opened.incarnation == position.incarnation && opened.nextOffset ?? 0 <= position.nextOffset ?? 0
            return isStill ? try await positions.move(opened, to: low, isNewIncarnation: isNew) : opened
        }
    }
}
