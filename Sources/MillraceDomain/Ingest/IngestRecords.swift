/// Turns records of one partition into rows.
public struct IngestRecords: Sendable {
    private let repository: any IngestRepository
    private let readRecord: ReadRecord
    private let ingestOwner: UserID

    /// Makes the use case.
    ///
    /// - Parameter ingestOwner: to whom jobs belong whose record names nobody.
    public init(
        repository: any IngestRepository, decoder: any RecordDecoder, catalogue: HandlerCatalogue,
        ingestOwner: UserID
    ) {
        self.repository = repository
        self.readRecord = ReadRecord(decoder: decoder, catalogue: catalogue)
        self.ingestOwner = ingestOwner
    }

    /// Understands the records and writes what they ask for, with the partition's next offset, in one transaction.
    ///
    /// Records that only bring word of jobs ask for nothing: nothing is written for them, and the caller sees to it
    /// that their offsets are noted in a while. Read again after a crash, they say the same again.
    ///
    /// - Parameters:
    ///   - records: of the position's partition, in order of offset, not empty.
    ///   - position: where the partition stands; its epoch is the right to write.
    public func callAsFunction(
        _ records: [SourceRecord], at position: PartitionPosition
    ) async throws(DomainError) -> IngestOutcome {
        guard let last = records.last else { return .committed(IngestReport(position: position)) }
        var sorted = SortedRecords()
        for record in records { sort(record, position.incarnation, into: &sorted) }
        let next = last.offset + 1
        let moved = PartitionPosition(
            source: position.source, nextOffset: next, epoch: position.epoch, incarnation: position.incarnation)
        guard !sorted.entries.isEmpty || !sorted.dead.isEmpty else {
            return .told(IngestReport(position: moved, dispatched: sorted.dispatched))
        }
        let batch = IngestBatch(position: position, nextOffset: next, entries: sorted.entries, dead: sorted.dead)
        switch try await repository.ingest(batch) {
        case .staleEpoch: return .staleEpoch
        case .committed(let receipt):
            return .committed(IngestReport(position: moved, receipt: receipt, dispatched: sorted.dispatched))
        }
    }

    /// What is kept of a record that the store refuses for whatever reason.
    public func deadEntry(
        _ record: SourceRecord, _ reason: DeadReason, incarnation: Int32
    ) -> IngestBatch.DeadEntry {
        switch readRecord(record, incarnation: incarnation, owner: ingestOwner) {
        case .dispatch: IngestBatch.DeadEntry(record: record, reason: reason, ownerID: ingestOwner)
        case .dead(let entry):
            IngestBatch.DeadEntry(record: record, reason: reason, ownerID: entry.ownerID, kind: entry.kind)
        case .job(let entry):
            IngestBatch.DeadEntry(
                record: record, reason: reason, ownerID: entry.job.ownerID, kind: entry.job.submission.kind)
        }
    }

    private func sort(_ record: SourceRecord, _ incarnation: Int32, into sorted: inout SortedRecords) {
        switch readRecord(record, incarnation: incarnation, owner: ingestOwner) {
        case .dispatch(let id): sorted.dispatched.append(id)
        case .dead(let entry): sorted.dead.append(entry)
        case .job(let entry): sorted.entries.append(entry)
        }
    }
}

/// The records of a batch by what they turned out to be.
private struct SortedRecords {
    var entries: [IngestBatch.Entry] = []
    var dead: [IngestBatch.DeadEntry] = []
    var dispatched: [JobID] = []
}

/// What became of the records.
public enum IngestOutcome: Sendable {
    /// They are rows.
    case committed(IngestReport)
    /// There was nothing to write; the partition's new position is not noted yet.
    case told(IngestReport)
    /// Another process has taken the partition over; nothing was written.
    case staleEpoch
}

/// What records have made.
public struct IngestReport: Sendable {
    /// Where the partition stands now.
    public let position: PartitionPosition
    /// What was written.
    public let receipt: IngestReceipt
    /// The jobs of which the records brought word.
    public let dispatched: [JobID]

    /// Makes a report.
    public init(position: PartitionPosition, receipt: IngestReceipt = IngestReceipt(), dispatched: [JobID] = []) {
        self.position = position
        self.receipt = receipt
        self.dispatched = dispatched
    }
}
