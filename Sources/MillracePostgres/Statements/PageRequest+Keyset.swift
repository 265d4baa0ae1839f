import MillraceDomain

extension Parameters {
    /// Binds where a page begins (instant and id) and how many rows to fetch: one more than shown tells whether the
    /// list goes on.
    mutating func append(page: PageRequest) {
        append(page.after?.createdAt ?? Timestamp(microseconds: .max))
        append(page.after?.id ?? UniqueID(high: .max, low: .max))
        append(Int64(page.limit + 1))
    }
}

extension PageRequest {
    /// The page of rows that were fetched with one to spare.
    func page<Item>(of rows: [Item], at position: (Item) -> PagePosition) -> Page<Item> {
        let shown = Array(rows.prefix(limit))
        return Page(items: shown, next: rows.count > limit ? shown.last.map(position) : nil)
    }
}
