/// Some of a list, and where the rest begins.
public struct Page<Item: Sendable>: Sendable {
    /// The items, in the order of the list.
    public let items: [Item]
    /// The place after the last item; nil when there are no more.
    public let next: PagePosition?

    /// Makes a page.
    public init(items: [Item], next: PagePosition?) {
        self.items = items
        self.next = next
    }
}

/// A place in a list ordered by creation, newest first; ties by id, greatest first.
public struct PagePosition: Hashable, Sendable {
    /// When the item at this place was created.
    public let createdAt: Timestamp
    /// Its id.
    public let id: UniqueID

    /// Makes the place of one item.
    public init(createdAt: Timestamp, id: UniqueID) {
        self.createdAt = createdAt
        self.id = id
    }
}

/// Which part of a list is asked for.
public struct PageRequest: Hashable, Sendable {
    /// How many items at most, 1–500.
    public static let limits = 1...500
    /// How many items where nothing is asked.
    public static let defaultLimit = 50

    /// The greatest number of items.
    public let limit: Int
    /// The place after which the page begins; nil for the beginning of the list.
    public let after: PagePosition?

    /// Makes a request.
    ///
    /// - Throws: `FieldError` `out_of_range` for a limit outside `limits`.
    public init(limit: Int = Self.defaultLimit, after: PagePosition? = nil) throws(FieldError) {
        guard Self.limits.contains(limit) else {
            throw FieldError("limit", .outOfRange, "must be between 1 and 500")
        }
        self.limit = limit
        self.after = after
    }
}
