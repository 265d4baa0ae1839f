import MillraceDomain

/// One page of an owner's list.
struct ArchiveListing {
    /// How many jobs are looked up side by side.
    private static let concurrentReads = 4

    let table: ArchiveTable
    let owner: UserID
    /// What the jobs must be; its owner is ours.
    private let filter: JobFilter
    private let page: PageRequest

    init(_ table: ArchiveTable, owner: UserID, filter: JobFilter, page: PageRequest) {
        self.table = table
        self.owner = owner
        self.page = page
        var filter = filter
        filter.owner = owner
        self.filter = filter
    }

    func read() async throws -> Page<Job> {
        guard let query = ArchiveQuery(owner: owner, filter: filter, after: page.after) else {
            return Page(items: [], next: nil)
        }
        let state = query.index == .byOwner ? filter.state : nil
        let isRare = [state?.rawValue, filter.queue?.text, filter.kind?.text, filter.orderingKey, filter.tag]
            .contains { $0 != nil }
        var index = LatestEntries(table, query)
        var jobs: [Job] = []
        while jobs.count < page.limit {
            let wanted = min(page.limit - jobs.count, ArchiveTable.maxBatchGet)
            let ahead = isRare ? LatestEntries.maxAhead : page.limit - jobs.count + 1
            let candidates = try await index.take(wanted, ahead: ahead) { state == nil || $0.state == state }
            guard !candidates.isEmpty else { break }
            jobs += try await self.jobs(candidates, isSparse: query.index == .byOwnerState)
        }
        return Page(items: jobs, next: index.hasMore ? index.position : nil)
    }

    /// The jobs of these entries that pass the filter, in their order.
    ///
    /// An entry of the sparse index may have been overtaken by a later generation that is not in it, so that each is
    /// looked up by its job; the other index has shown all generations.
    private func jobs(_ candidates: [LatestEntries.Candidate], isSparse: Bool) async throws -> [Job] {
        let single = candidates.filter { isSparse || $0.isCut }.map(\.entry.id)
        let batch = candidates.filter { !isSparse && !$0.isCut }.map(\.entry.key)
        var items = try await table.items(batch)
        items += try await sideBySide(single, width: Self.concurrentReads) { id in try await table.latest(id) }
            .compactMap(\.self)
        var found: [JobID: Job] = [:]
        for item in items {
            let job = try ArchiveItem.decode(item).job
            found[job.id] = job
        }
        return candidates.compactMap { found[$0.entry.id] }.filter(filter.passes)
    }
}

/// Runs `body` for each of `inputs`, at most `width` at a time; the answers come in any order, the first error ends it.
func sideBySide<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], width: Int, _ body: @escaping @Sendable (Input) async throws -> Output
) async throws -> [Output] {
    try await withThrowingTaskGroup(of: Output.self) { group in
        var outputs: [Output] = []
        var rest = inputs.makeIterator()
        for _ in 0..<width {
            guard let input = rest.next() else { break }
            group.addTask { try await body(input) }
        }
        while let output = try await group.next() {
            outputs.append(output)
            if let input = rest.next() { group.addTask { try await body(input) } }
        }
        return outputs
    }
}
