/// The same part of two lists of jobs, to be read as one.
struct JobPages: Sendable {
    let hot: Page<Job>
    let archived: Page<ListedJob>

    /// Both as one page, newest first.
    ///
    /// Where one list goes on beyond its page, nothing older than that page's end may be shown: what the list holds
    /// there is not known yet.
    func merged(_ limit: Int) -> Page<ListedJob> {
        let horizon = Self.nearer(hot.next, archived.next)
        var seen: Set<JobID> = []
        let all = (hot.items.map { ListedJob(job: $0, isArchived: false) } + archived.items)
            .filter { seen.insert($0.job.id).inserted }
            .filter { job in horizon.map { !job.position.isBehind($0) } ?? true }
            .sorted { $1.position.isBehind($0.position) }
        let shown = Array(all.prefix(limit))
        let next = all.count > limit ? shown.last?.position : horizon
        return Page(items: shown, next: next)
    }

    /// The one that comes first in the list; nil is its end.
    private static func nearer(_ one: PagePosition?, _ other: PagePosition?) -> PagePosition? {
        guard let one, let other else { return one ?? other }
        return one.isBehind(other) ? other : one
    }
}

extension PagePosition {
    /// Whether this place comes after `other` in a list, newest first.
    func isBehind(_ other: PagePosition) -> Bool {
        (createdAt, id) < (other.createdAt, other.id)
    }
}
