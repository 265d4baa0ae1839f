import Logging
import MillraceDomain

/// Writing the records of one partition.
extension IngestLoop {
    /// How often the same records are tried while the store calls them a defect.
    private static let defectTries = 3

    /// Writes the records in one transaction, and again as long as the store is away and the partition is ours, in
    /// the life of the topic of which they are.
    func write(_ records: [SourceRecord], of partition: TopicPartition, _ holding: inout Holding?) async {
        var backoff = Backoff()
        var defects = 0
        defer { gate.note(isStoreAway: false) }
        let life = holding?.positions[partition]?.incarnation
        if notes.takeLoss(of: partition) { await retake(partition, &holding) }
        while let id = holding?.assignment, let position = holding?.positions[partition],
            position.incarnation == life, queue.isCurrent(id)
        {
            // After an unknown outcome, or a source that repeats itself, some may be rows already.
            let left = records.filter { $0.offset >= position.nextOffset ?? 0 }
            guard !left.isEmpty, !Task.isCancelled else { return }
            switch await letFinish({ () async throws(DomainError) in try await ingest(left, at: position) }) {
            case .success(.committed(let report)): return await commit(report, &holding)
            case .success(.told(let report)): return pass(report, &holding)
            case .success(.staleEpoch): await retake(partition, &holding)
            case .failure(let error):
                log(error, left, partition)
                switch StoreTrouble(error) {
                case .away: gate.note(isStoreAway: true)
                case .unknown: await reopen(partition, &holding)
                case .defect: defects += 1
                }
            }
            if defects >= Self.defectTries {
                if await isolate(left, of: partition, &holding) { return }
                defects = 0
            }
            do { try await backoff.wait() } catch { return }
        }
    }

    /// Word of jobs goes straight to those who claim.
    private func pass(_ report: IngestReport, _ holding: inout Holding?) {
        let position = report.position
        holding?.positions[position.source] = position
        metrics.count(report, droppedHints: hints.add(report.dispatched))
        notes.add(position)
    }

    private func commit(_ report: IngestReport, _ holding: inout Holding?) async {
        let position = report.position
        holding?.positions[position.source] = position
        notes.remove(position.source)
        if !report.receipt.dead.isEmpty { copier.copy(report.receipt.dead) }
        let dropped = hints.add(report.receipt.ready + report.dispatched)
        metrics.count(report, droppedHints: dropped)
        if let next = position.nextOffset { await source.acknowledge(position.source, nextOffset: next) }
    }

    /// One by one; a record that the store can never take is kept as a dead letter. Nothing stops a partition.
    ///
    /// - Returns: false when the record's turn comes again: a store that takes no dead letter either has not refused
    ///   this record, it takes nothing.
    private func isolate(
        _ records: [SourceRecord], of partition: TopicPartition, _ holding: inout Holding?
    ) async -> Bool {
        guard records.count == 1, let record = records.first else {
            let life = holding?.positions[partition]?.incarnation
            for record in records where holding?.positions[partition]?.incarnation == life {
                await write([record], of: partition, &holding)
            }
            return true
        }
        guard let position = holding?.positions[partition] else { return true }
        let reason = DeadReason(.invalidSubmission, "The store refused the record.")
        let dead = ingest.deadEntry(record, reason, incarnation: position.incarnation)
        let batch = IngestBatch(position: position, nextOffset: record.offset + 1, entries: [], dead: [dead])
        switch await letFinish({ () async throws(DomainError) in try await repository.ingest(batch) }) {
        case .success(.committed(let receipt)):
            let moved = PartitionPosition(
                source: partition, nextOffset: record.offset + 1, epoch: position.epoch,
                incarnation: position.incarnation)
            await commit(IngestReport(position: moved, receipt: receipt), &holding)
            return true
        case .success(.staleEpoch):
            await retake(partition, &holding)
            return false
        case .failure(let error):
            gate.note(isStoreAway: true)
            log(error, records, partition)
            if case .unknown = StoreTrouble(error) { await reopen(partition, &holding) }
            return false
        }
    }

    private func log(_ error: DomainError, _ records: [SourceRecord], _ partition: TopicPartition) {
        var metadata = partition.metadata
        metadata["error"] = "\(error)"
        metadata["kafka.offset"] = "\(records.first?.offset ?? 0)"
        metadata["ingest.records"] = "\(records.count)"
        logger.warning("records not ingested", metadata: metadata)
    }
}
