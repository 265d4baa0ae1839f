public import MillraceDomain

/// Ingest in Postgres: rows and offsets in one transaction.
public struct PostgresIngestRepository: IngestRepository {
    private let client: PostgresClient
    private let clock: (any WallClock)?
    private let ids: any IDGenerator
    private let quotas: QuotaGate?

    /// - Parameters:
    ///   - ids: where the ids of dead records come from.
    ///   - clock: the store's time; nil, as in production, for the database's own.
    ///   - quotas: how much owners may have; nil where nobody looks.
    public init(
        client: PostgresClient, ids: any IDGenerator = UUIDv7Generator(), clock: (any WallClock)? = nil,
        quotas: QuotaGate? = nil
    ) {
        self.client = client
        self.ids = ids
        self.clock = clock
        self.quotas = quotas
    }

    public func open(
        _ partitions: [TopicPartition], cluster: String?
    ) async throws(DomainError) -> [PartitionPosition] {
        // One order for all, and none twice: two processes at once wait for each other instead of deadlocking.
        let sorted = Set(partitions).sorted { ($0.topic, $0.partition) < ($1.topic, $1.partition) }
        guard !sorted.isEmpty else { return [] }
        return try await client.inDomain(.write) {
            let opened = try await client.rows(IngestStatements.open) {
                $0.append(array: sorted.map(\.topic))
                $0.append(array: sorted.map(\.partition))
                $0.append(cluster)
                $0.append(clock?.now())
                $0.append(Int32(ClusterHistory.length))
                $0.append(ClusterHistory.refusesReturnFor.microseconds)
            }
            let positions = Dictionary(opened.map { ($0.source, $0) }) { first, _ in first }
            return partitions.compactMap { positions[$0] }
        }
    }

    public func move(
        _ position: PartitionPosition, to offset: Int64, isNewIncarnation: Bool
    ) async throws(DomainError) -> PartitionPosition? {
        try await client.inDomain(.write) {
            try await client.first(IngestStatements.move) {
                $0.append(position.source.topic)
                $0.append(position.source.partition)
                $0.append(position.epoch)
                $0.append(offset)
                $0.append(isNewIncarnation)
            }
        }
    }

    public func ingest(_ batch: IngestBatch) async throws(DomainError) -> IngestResult {
        try await client.inDomain(.ingest) {
            do {
                return try await ingest(batch, oneByOne: false)
            } catch let error as PostgresError where error.classification == .data {
                // Some entry cannot be stored: the next round finds out which, and keeps it as a dead record.
                return try await ingest(batch, oneByOne: true)
            }
        }
    }

    public func note(_ positions: [PartitionPosition]) async throws(DomainError) -> Set<TopicPartition> {
        guard !positions.isEmpty else { return [] }
        return try await client.inDomain(.write) {
            let held = try await client.rows(IngestStatements.note) {
                $0.append(array: positions.map(\.source.topic))
                $0.append(array: positions.map(\.source.partition))
                $0.append(array: positions.map { $0.nextOffset ?? 0 })
                $0.append(array: positions.map(\.epoch))
                $0.append(array: positions.map(\.incarnation))
            }
            return Set(held)
        }
    }

    private func ingest(_ batch: IngestBatch, oneByOne: Bool) async throws -> IngestResult {
        try await client.transaction { transaction in
            let source = batch.position.source
            let epoch = try await transaction.first(IngestStatements.lock) {
                $0.append(source.topic)
                $0.append(source.partition)
            }
            guard epoch == batch.position.epoch else { return .staleEpoch }
            let ingest = IngestTransaction(
                transaction: transaction, writer: JobWriter(clock: clock, quotas: quotas), ids: ids, now: clock?.now())
            let receipt = try await ingest.write(batch, oneByOne: oneByOne)
            try await transaction.execute(IngestStatements.advance) {
                $0.append(source.topic)
                $0.append(source.partition)
                $0.append(batch.nextOffset)
            }
            return .committed(receipt)
        }
    }
}
