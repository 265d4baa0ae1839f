import MillraceDomain

/// Moves the offset past records first, and makes jobs of them then.
struct AckBeforeCommit: StoreWrapper {
    let base: any Store

    func ingest(_ batch: IngestBatch) async throws(DomainError) -> IngestResult {
        guard try await base.move(batch.position, to: batch.nextOffset, isNewIncarnation: false) != nil else {
            return .staleEpoch
        }
        return try await base.ingest(batch)
    }
}
