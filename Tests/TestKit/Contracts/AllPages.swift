import MillraceDomain

/// The items of all pages of a list, one request after the other.
func allPages<Item>(
    limit: Int, _ list: (PageRequest) async throws -> Page<Item>
) async throws -> [Item] {
    var items: [Item] = []
    var after: PagePosition?
    for _ in 0..<1000 {
        let page = try await list(PageRequest(limit: limit, after: after))
        guard page.items.count <= limit else { throw UnexpectedOutcome("a page of \(page.items.count) items") }
        items += page.items
        guard let next = page.next else { return items }
        after = next
    }
    throw UnexpectedOutcome("a list that does not end")
}
