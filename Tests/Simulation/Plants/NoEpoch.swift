import MillraceDomain

/// Lets former holders of a partition write for it.
struct NoEpoch: StoreWrapper {
    let base: any Store
    unowned let world: World

    func ingest(_ batch: IngestBatch) async throws(DomainError) -> IngestResult {
        let current = world.auditor.positions[batch.position.source] ?? batch.position
        let position = PartitionPosition(
            source: batch.position.source, nextOffset: batch.position.nextOffset, epoch: current.epoch,
            incarnation: batch.position.incarnation)
        return try await base.ingest(
            IngestBatch(position: position, nextOffset: batch.nextOffset, entries: batch.entries, dead: batch.dead))
    }
}
