import MillraceDomain

extension PageRequest {
    /// The page of `items`, which come in any order, that this request asks for.
    func page<Item>(of items: some Sequence<Item>, at position: (Item) -> PagePosition) -> Page<Item> {
        let places = items.map { (position: position($0), item: $0) }
            .filter { place in after.map { place.position.follows($0) } ?? true }
            .sorted { $1.position.follows($0.position) }
        let shown = places.prefix(limit)
        return Page(items: shown.map(\.item), next: places.count > limit ? shown.last?.position : nil)
    }
}

extension PagePosition {
    /// Whether this place comes after `other` in a list, newest first.
    func follows(_ other: PagePosition) -> Bool {
        (createdAt, id) < (other.createdAt, other.id)
    }
}

extension Job {
    /// Its place among other jobs.
    var position: PagePosition { PagePosition(createdAt: createdAt, id: id.uniqueID) }
}
