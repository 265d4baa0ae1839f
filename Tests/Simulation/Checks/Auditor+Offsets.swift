import MillraceDomain

/// Where partitions stand only ever moves on.
extension Auditor {
    func moved(to position: PartitionPosition, isOpening: Bool) {
        defer { positions[position.source] = position }
        guard let old = positions[position.source] else { return }
        if isOpening ? position.epoch <= old.epoch : position.epoch != old.epoch {
            fail(.regressed, "\(old.word), then \(position.word)")
        }
        if position.incarnation == old.incarnation, (position.nextOffset ?? -1) < (old.nextOffset ?? -1) {
            fail(.regressed, "\(old.word), then \(position.word)")
        }
        if position.incarnation > old.incarnation, isOpening { world.counts[.newIncarnations] += 1 }
        if position.incarnation < old.incarnation { fail(.regressed, "\(old.word), then \(position.word)") }
    }

    /// What brought only word of jobs is noted by whoever holds the partition, and by nobody else.
    func noted(_ position: PartitionPosition, isNoted: Bool) {
        let old = positions[position.source]
        let isHeld = old?.epoch == position.epoch && old?.incarnation == position.incarnation
        if isNoted != isHeld {
            fail(.regressed, "\(position.word) was noted: \(isNoted), when it stood at \(old?.word ?? "nothing")")
        }
        guard isNoted, let old else { return }
        world.counts[.noted] += 1
        moved(
            to: PartitionPosition(
                source: old.source, nextOffset: max(old.nextOffset ?? 0, position.nextOffset ?? 0),
                epoch: old.epoch, incarnation: old.incarnation), isOpening: false)
    }

    func ingested(_ batch: IngestBatch, _ receipt: IngestReceipt) {
        let old = positions[batch.position.source]
        if old?.epoch != batch.position.epoch {
            fail(.regressed, "a batch of \(batch.position.word) was written when it stood at \(old?.word ?? "nothing")")
        }
        moved(
            to: PartitionPosition(
                source: batch.position.source, nextOffset: batch.nextOffset, epoch: batch.position.epoch,
                incarnation: old?.incarnation ?? batch.position.incarnation), isOpening: false)
        world.counts[.ingested] += receipt.accepted
        world.counts[.duplicates] += receipt.duplicates
        world.counts[.deadRecords] += receipt.dead.count
        for dead in receipt.dead {
            if let tag = dead.record.value.flatMap({ BrokerMessage.tag(of: $0) }) { deadTags.insert(tag) }
        }
    }
}
