import Logging
import MillraceDomain

/// Makes rows of records. The positions of the partitions are its own; the store has the last word on them.
struct IngestLoop: Sendable {
    let source: any RecordSource
    let queue: EventQueue
    let repository: any IngestRepository
    let ingest: IngestRecords
    let copier: any DeadLetterCopier
    let hints: HintBuffer
    let gate: IngestGate
    let notes: PositionNotes
    let metrics: IngestMetrics
    let logger: Logger

    /// The partitions of one assignment, and where each stands.
    struct Holding {
        let assignment: AssignmentID
        var positions: [TopicPartition: PartitionPosition] = [:]
    }

    /// Acts on events until they end or its task is cancelled.
    func run() async {
        var holding: Holding?
        for await _ in queue.onEvent.calls {
            while !Task.isCancelled, let event = queue.take() { await act(on: event, &holding) }
        }
    }

    private func act(on event: RecordSourceEvent, _ holding: inout Holding?) async {
        switch event {
        case .revoked:
            holding = nil
            notes.removeAll()
        case .assigned(let id, let partitions):
            holding = Holding(assignment: id)
            notes.removeAll()
            await open(partitions, &holding)
        case .records(let id, let partition, let records):
            guard holding?.assignment == id, holding?.positions[partition] != nil else { return }
            await write(records, of: partition, &holding)
        case .positionLost(let id, let partition, let low, let high):
            guard holding?.assignment == id, let position = holding?.positions[partition] else { return }
            notes.remove(partition)
            await recover(position, low: low, high: high, &holding)
        }
    }

    private func open(_ partitions: [TopicPartition], _ holding: inout Holding?) async {
        guard let id = holding?.assignment else { return }
        var left = partitions
        var backoff = Backoff()
        while !left.isEmpty {
            guard let opened = await take(left, id), queue.isCurrent(id) else { return }
            await begin(opened, id, &holding)
            left.removeAll { partition in opened.contains { $0.source == partition } }
            guard !left.isEmpty else { return }
            logger.warning(
                "partitions not opened, their cluster has been replaced",
                metadata: ["kafka.partitions": "\(left.count)"])
            do { try await backoff.wait() } catch { return }
        }
    }

    /// Takes over what the store gives to this process and to the cluster that it knows by now.
    private func take(_ partitions: [TopicPartition], _ id: AssignmentID) async -> [PartitionPosition]? {
        let cluster = await source.clusterID
        return await whileCurrent(id, "partitions not opened") { () async throws(DomainError) in
            try await repository.open(partitions, cluster: cluster)
        }
    }

    private func begin(_ opened: [PartitionPosition], _ id: AssignmentID, _ holding: inout Holding?) async {
        guard !opened.isEmpty else { return }
        for position in opened {
            holding?.positions[position.source] = position
            guard position.nextOffset == nil, position.incarnation > 0 else { continue }
            metrics.countLost(isNewIncarnation: true)
            logger.warning(
                "topic has been made anew, reading it from its beginning", metadata: position.source.metadata)
        }
        await source.begin(id, at: opened.map { PartitionStart(source: $0.source, offset: $0.nextOffset) })
    }

    /// Calls the store until it answers, as long as the partitions are ours.
    ///
    /// - Returns: nil when they are not any more.
    func whileCurrent<Value: Sendable>(
        _ id: AssignmentID, _ complaint: Logger.Message,
        _ call: @escaping @Sendable () async throws(DomainError) -> Value
    ) async -> Value? {
        var backoff = Backoff()
        defer { gate.note(isStoreAway: false) }
        while queue.isCurrent(id), !Task.isCancelled {
            switch await letFinish(call) {
            case .success(let value): return value
            case .failure(let error):
                gate.note(isStoreAway: true)
                logger.warning(complaint, metadata: ["error": "\(error)"])
                do { try await backoff.wait() } catch { return nil }
            }
        }
        return nil
    }

    /// Takes a partition back that another process has opened since.
    ///
    /// Who may read a partition is Kafka's decision, not the epoch's: the other may have been a former holder whose
    /// opening was under way when it lost the partition. A holder that is truly former hears of it in a moment, and
    /// until then neither loses nor doubles a record, for each writes only from where the other has come to.
    func retake(_ partition: TopicPartition, _ holding: inout Holding?) async {
        metrics.countStale()
        logger.warning("partition taken over by another process", metadata: partition.metadata)
        await reopen(partition, &holding)
    }

    /// Looks where a partition stands. When that is in another life of the topic, what has been read of the earlier
    /// one means nothing there, and the partition is read from where the store says.
    func reopen(_ partition: TopicPartition, _ holding: inout Holding?) async {
        guard let id = holding?.assignment else { return }
        let opened = await whileCurrent(id, "partition not opened") { () async throws(DomainError) in
            try await repository.open([partition])
        }
        let before = holding?.positions[partition]?.incarnation
        guard let position = opened?.first else { return }
        holding?.positions[partition] = position
        guard position.incarnation != before else { return }
        holding?.positions[partition] = nil
        await open([partition], &holding)
    }
}

extension TopicPartition {
    /// For log lines.
    var metadata: Logger.Metadata { ["kafka.topic": "\(topic)", "kafka.partition": "\(partition)"] }
}
