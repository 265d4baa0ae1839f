import MillraceDomain

/// The spelling of the key attributes.
enum ArchiveKey {
    /// The partition of a job, all its generations.
    static func partition(_ id: JobID) -> AttributeValue { .string("JOB#\(id)") }

    /// One generation within it; sorts as the numbers do.
    static func generation(_ number: Int) -> AttributeValue {
        let digits = String(max(number, 0))
        return .string("GEN#" + String(repeating: "0", count: max(0, 10 - digits.count)) + digits)
    }

    /// The whole key of an item.
    static func item(_ id: JobID, generation: Int) -> Item {
        ["pk": partition(id), "sk": self.generation(generation)]
    }

    static func owner(_ owner: UserID) -> AttributeValue { .string("OWNER#\(owner)") }

    /// The rare ends of an owner's jobs; nil for success, which is the rule and not worth an index entry.
    static func ownerState(_ owner: UserID, _ state: JobState) -> AttributeValue? {
        state == .succeeded ? nil : .string("OWNER#\(owner)#STATE#\(state.rawValue)")
    }

    /// Sorts as (creation, id) sorts: the time has a fixed width, the id is in lower-case hexadecimal digits.
    static func created(_ createdAt: Timestamp, _ id: UniqueID) -> String { "\(instant(createdAt))\(id)" }

    /// What comes before every job created at this time and after every older one.
    static func instant(_ time: Timestamp) -> String {
        let micros = ((time.microseconds % 1_000_000) + 1_000_000) % 1_000_000
        let digits = String(micros)
        let fraction = String(repeating: "0", count: 6 - digits.count) + digits
        return "\(time.description.prefix(19)).\(fraction)Z#"
    }
}
