import MillraceDomain

extension JobArchive {
    /// An owner's whole list, page by page; gives up after a thousand.
    func all(_ owner: UserID, _ filter: JobFilter = JobFilter(), limit: Int) async throws -> [Job] {
        var jobs: [Job] = []
        var after: PagePosition?
        for _ in 0..<1000 {
            let page = try await list(owner: owner, filter: filter, page: PageRequest(limit: limit, after: after))
            jobs += page.items
            guard let next = page.next else { return jobs }
            after = next
        }
        throw EndlessList()
    }
}

struct EndlessList: Error {}
