import MillraceDomain

/// One generation of a job as an index lists it.
struct ArchiveEntry: Equatable {
    let id: JobID
    let generation: Int
    let createdAt: Timestamp
    /// How it ended; nil where the index says so for all its entries.
    let state: JobState?

    /// The job's place in its owner's list.
    var position: PagePosition { PagePosition(createdAt: createdAt, id: id.uniqueID) }

    /// The item's key.
    var key: Item { ArchiveKey.item(id, generation: generation) }

    /// Reads an index entry, or the keys where a query ended.
    init(_ item: Item) throws(DynamoDBError) {
        let created = item["created"]?.string?.split(separator: "#") ?? []
        let generation = item["sk"]?.string?.split(separator: "#").last.flatMap { Int($0) }
        guard created.count == 2, let createdAt = Timestamp(created[0]), let id = JobID(created[1]), let generation
        else { throw DynamoDBError(.malformed, "an index entry has no readable key") }
        self.id = id
        self.generation = generation
        self.createdAt = createdAt
        state = item["state"]?.string.flatMap { JobState(rawValue: $0) }
    }
}
