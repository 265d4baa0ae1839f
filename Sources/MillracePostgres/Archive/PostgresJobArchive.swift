public import MillraceDomain

/// The archive of ended jobs in Postgres, in partitions by the month in which they may be forgotten.
///
/// A find by id looks into each month's index, some tens of lookups for years of history; a list merges the months'
/// indexes by owner. Months that are past are dropped whole by `PostgresStoreUpkeep`.
public struct PostgresJobArchive: JobArchive {
    /// How much goes into one statement.
    private static let maxBatch = (rows: 500, bytes: 4 * 1024 * 1024)

    private let client: PostgresClient

    /// Makes an archive; its partitions are the business of `PostgresStoreUpkeep`.
    public init(client: PostgresClient) {
        self.client = client
    }

    public var listingDelay: Duration { .zero }
    public var sharesJobStore: Bool { true }

    public func put(_ jobs: [ArchivedJob]) async throws(DomainError) {
        for batch in Self.batches(of: jobs) {
            try await repeatably {
                try await client.execute(ArchiveStatements.put) { $0.append(archived: batch) }
                let again = batch.map(\.job).filter { $0.generation > 0 }
                guard !again.isEmpty else { return }
                try await client.execute(ArchiveStatements.removeSuperseded) {
                    $0.append(array: again.map(\.id))
                    $0.append(array: again.map { Int32(clamping: $0.generation) })
                }
            }
        }
    }

    public func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> ArchivedJob? {
        let archived = try await client.inDomain(.read) {
            try await client.first(ArchiveStatements.find) { $0.append(id) }
        }
        guard let archived, owner == nil || archived.job.ownerID == owner else { return nil }
        return archived
    }

    public func list(
        owner: UserID, filter: JobFilter, page: PageRequest
    ) async throws(DomainError) -> Page<Job> {
        let hasIndex = filter.state.map { $0 != .succeeded } ?? false
        let entries = try await client.inDomain(.read) {
            try await client.rows(hasIndex ? ArchiveListStatements.listOfState : ArchiveListStatements.list) {
                $0.append(owner)
                $0.append(filter)
                $0.append(page: page)
            }
        }
        let shown = page.page(of: entries.compactMap(\.job)) {
            PagePosition(createdAt: $0.createdAt, id: $0.id.uniqueID)
        }
        return Page(items: shown.items, next: shown.next ?? entries.first?.edge)
    }

    public func erase(owner: UserID) async throws(DomainError) -> Int {
        try await repeatably { Int(try await client.first(ArchiveStatements.eraseOwner) { $0.append(owner) } ?? 0) }
    }

    public func erase(_ ids: [JobID]) async throws(DomainError) {
        for start in stride(from: 0, to: ids.count, by: Self.maxBatch.rows) {
            let some = ids[start..<min(start + Self.maxBatch.rows, ids.count)]
            _ = try await repeatably { try await client.execute(ArchiveStatements.erase) { $0.append(array: some) } }
        }
    }

    /// Runs what may be repeated without harm, so that "perhaps" means "not yet".
    private func repeatably<Value>(_ body: () async throws -> Value) async throws(DomainError) -> Value {
        do {
            return try await client.inDomain(.write, body)
        } catch .ambiguous {
            throw .unavailable
        }
    }

    private static func batches(of jobs: [ArchivedJob]) -> [[ArchivedJob]] {
        var batches: [[ArchivedJob]] = []
        var bytes = 0
        // One order for all, so that two archivers at once wait for each other instead of deadlocking.
        for archived in jobs.sorted(by: { $0.job.id < $1.job.id }) {
            let size = archived.job.submission.payload.bytes.count + (archived.job.result?.bytes.count ?? 0)
            if let last = batches.last, last.count < maxBatch.rows, bytes + size <= maxBatch.bytes {
                batches[batches.count - 1].append(archived)
                bytes += size
            } else {
                batches.append([archived])
                bytes = size
            }
        }
        return batches
    }
}
