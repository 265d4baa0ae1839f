import MillraceDomain

/// The key attributes of an archived job.
struct ArchiveKey: Equatable {
    let id: JobID
    let createdAt: Timestamp

    static func partition(_ id: JobID) -> AttributeValue { .string("JOB#\(id)") }
    static func owner(_ owner: UserID) -> AttributeValue { .string("OWNER#\(owner)") }

    /// Sorts as (creation, id) sorts: the time has a fixed width, the id is in lower-case hexadecimal digits.
    static func created(_ createdAt: Timestamp, _ id: UniqueID) -> AttributeValue {
        let micros = ((createdAt.microseconds % 1_000_000) + 1_000_000) % 1_000_000
        let digits = String(micros)
        let fraction = String(repeating: "0", count: 6 - digits.count) + digits
        return .string("\(createdAt.description.prefix(19)).\(fraction)Z#\(id)")
    }

    /// The job's place in its owner's list.
    var position: PagePosition { PagePosition(createdAt: createdAt, id: id.uniqueID) }

    init(id: JobID, createdAt: Timestamp) {
        self.id = id
        self.createdAt = createdAt
    }

    /// Reads the keys that an index entry holds.
    init(_ item: Item) throws(DynamoDBError) {
        let parts = item["created"]?.string?.split(separator: "#") ?? []
        guard parts.count == 2, let createdAt = Timestamp(parts[0]), let id = JobID(parts[1]) else {
            throw DynamoDBError(.malformed, "an index entry has no readable key")
        }
        self.init(id: id, createdAt: createdAt)
    }
}
