import MillraceDomain

/// The same part of two lists, dead jobs and dead records, to be read as one. Each was fetched with one to spare.
struct DeadLetterPage<Letter: Sendable> {
    let jobs: [Letter]
    let records: [Letter]
    /// Where the records break off because more would be too large; nil when all that were asked for are here.
    let recordsEnd: PagePosition?
    let position: (Letter) -> PagePosition

    /// Both as one page, in the order that `isBefore` makes of places.
    ///
    /// Behind the place where records break off nothing may be shown: what records lie there is not known yet.
    func merged(
        _ limit: Int, _ isBefore: ((Timestamp, UniqueID), (Timestamp, UniqueID)) -> Bool
    ) -> Page<Letter> {
        let all = (jobs + records).map { (key: (position($0).createdAt, position($0).id), letter: $0) }
            .filter { letter in recordsEnd.map { !isBefore(($0.createdAt, $0.id), letter.key) } ?? true }
            .sorted { isBefore($0.key, $1.key) }
        let shown = all.prefix(limit).map(\.letter)
        return Page(items: shown, next: all.count > limit ? shown.last.map(position) : recordsEnd)
    }
}
