public import MillraceDomain

extension InMemoryStore: IngestRepository {
    public func open(
        _ partitions: [TopicPartition], cluster: String?
    ) async throws(DomainError) -> [PartitionPosition] {
        try transact { state, now in
            partitions.compactMap { source in
                let known = state.partitions[source]
                let last = state.clusters[source]
                let isElsewhere = cluster != nil && last != nil && cluster != last?.id
                if let cluster, let last, last.refuses(cluster, now) { return nil }
                let position = PartitionPosition(
                    source: source, nextOffset: isElsewhere ? nil : known?.nextOffset,
                    epoch: (known?.epoch ?? 0) + 1,
                    incarnation: (known?.incarnation ?? 0) + (isElsewhere ? 1 : 0))
                state.partitions[source] = position
                if let cluster, isElsewhere || last == nil {
                    state.clusters[source] = KnownCluster(cluster, after: last, at: now)
                }
                return position
            }
        }
    }

    public func move(
        _ position: PartitionPosition, to offset: Int64, isNewIncarnation: Bool
    ) async throws(DomainError) -> PartitionPosition? {
        try transact { state, _ in
            guard let known = state.held(position) else { return nil }
            let moved = PartitionPosition(
                source: known.source, nextOffset: offset, epoch: known.epoch,
                incarnation: known.incarnation + (isNewIncarnation ? 1 : 0))
            state.partitions[known.source] = moved
            return moved
        }
    }

    public func ingest(_ batch: IngestBatch) async throws(DomainError) -> IngestResult {
        try transact { state, now in
            guard let known = state.held(batch.position) else { return .staleEpoch }
            state.partitions[known.source] = PartitionPosition(
                source: known.source, nextOffset: batch.nextOffset, epoch: known.epoch,
                incarnation: known.incarnation)
            var receipt = IngestReceipt()
            var dead = batch.dead
            for entry in batch.entries {
                guard let reason = state.ingest(entry, now, &receipt) else { continue }
                dead.append(
                    .init(
                        record: entry.record, reason: reason, ownerID: entry.job.ownerID,
                        kind: entry.job.submission.kind))
            }
            for entry in dead {
                let id = DeadRecordID(self.ids.next())
                receipt.dead.append(
                    DeadRecord(
                        id: id, record: entry.record, reason: entry.reason, createdAt: now, ownerID: entry.ownerID,
                        kind: entry.kind, incarnation: known.incarnation))
                state.deadRecordOwners[id] = entry.ownerID
            }
            state.deadRecords += receipt.dead
            return .committed(receipt)
        }
    }

    public func note(_ positions: [PartitionPosition]) async throws(DomainError) -> Set<TopicPartition> {
        try transact { state, _ in
            var noted: Set<TopicPartition> = []
            for position in positions {
                guard let known = state.held(position), known.incarnation == position.incarnation else { continue }
                let next = max(known.nextOffset ?? 0, position.nextOffset ?? 0)
                state.partitions[known.source] = PartitionPosition(
                    source: known.source, nextOffset: next, epoch: known.epoch, incarnation: known.incarnation)
                noted.insert(known.source)
            }
            return noted
        }
    }
}

extension InMemoryStore.State {
    /// Where a partition stands, for the one who holds it.
    fileprivate func held(_ position: PartitionPosition) -> PartitionPosition? {
        guard let known = partitions[position.source], known.epoch == position.epoch else { return nil }
        return known
    }

    /// Accepts one submission, or says why it becomes a dead record.
    mutating func ingest(
        _ entry: IngestBatch.Entry, _ now: Timestamp, _ receipt: inout IngestReceipt
    ) -> DeadReason? {
        guard !ingested.contains(entry.identity) else {
            receipt.duplicates += 1
            return nil
        }
        switch accept(entry.job, now) {
        case .unknownOwner: return DeadReason(.unknownOwner, "The owner of the job does not exist.")
        case .idTaken: return DeadReason(.idTaken, "Another job has the id \(entry.job.id).")
        case .archived: return DeadReason(.idTaken, "A job that has ended had the id \(entry.job.id).")
        case .uniqueConflict(let holder):
            return DeadReason(.uniqueConflict, "The job \(holder) holds its unique key.")
        case .overQuota(let excess): return DeadReason(.quotaExceeded, excess.sentence)
        case .existing, .uniqueArchived:
            receipt.duplicates += 1
        case .accepted(let job):
            receipt.accepted += 1
            if job.state == .queued { receipt.ready.append(job.id) }
        }
        ingested.insert(entry.identity)
        return nil
    }
}
