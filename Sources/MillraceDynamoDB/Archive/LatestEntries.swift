import MillraceDomain

/// An index read on and on, the latest generation of each job taken, until its end or a limit of work.
///
/// Generations of a job have one sort key and so stand side by side in an index.
struct LatestEntries {
    /// An entry, and whether a later generation may stand behind the place where reading ended.
    struct Candidate {
        let entry: ArchiveEntry
        let isCut: Bool
    }

    /// How many entries one page of a list looks at, at most.
    static let maxLooked = 2000
    /// The most that one query is asked for where most entries are passed over.
    static let maxAhead = 500

    private let table: ArchiveTable
    private let query: ArchiveQuery
    private var ready: [Candidate] = []
    /// The last job read, of which there may be more generations to come.
    private var open: ArchiveEntry?
    private var start: JSONText?
    private var hasEnded = false
    private var looked = 0
    /// The last place that was passed, taken or not.
    private(set) var position: PagePosition?

    init(_ table: ArchiveTable, _ query: ArchiveQuery) {
        self.table = table
        self.query = query
    }

    /// Whether there is, or may be, more to take.
    var hasMore: Bool { !ready.isEmpty || open != nil || !hasEnded }

    private var isSpent: Bool { looked >= Self.maxLooked }

    /// Takes up to `count` entries that `passes` lets through; fewer, at the end or when enough has been looked at.
    ///
    /// - Parameter ahead: how many entries to read at once: all that will be taken, and one to know whether there are
    ///   more; or as many as can be where most are passed over.
    mutating func take(
        _ count: Int, ahead: Int, _ passes: (ArchiveEntry) -> Bool
    ) async throws(DynamoDBError) -> [Candidate] {
        var taken: [Candidate] = []
        while taken.count < count {
            if ready.isEmpty {
                guard !hasEnded, !isSpent else { break }
                try await read(ahead)
                continue
            }
            let candidate = ready.removeFirst()
            position = candidate.entry.position
            // Of a cut one the latest generation is not known yet, so nothing can be said against it.
            if candidate.isCut || passes(candidate.entry) { taken.append(candidate) }
        }
        if ready.isEmpty, isSpent, let start {
            position = try ArchiveEntry(AttributeValue.item(start)).position
        }
        return taken
    }

    private mutating func read(_ limit: Int) async throws(DynamoDBError) {
        let page = try await table.entries(query, limit: min(limit, Self.maxLooked - looked), start: start)
        looked += max(page.looked, 1)
        start = page.end
        hasEnded = page.end == nil
        for entry in page.entries {
            if let open, open.id == entry.id {
                if open.generation < entry.generation { self.open = entry }
            } else {
                close(isCut: false)
                open = entry
            }
        }
        if hasEnded || isSpent { close(isCut: !hasEnded) }
    }

    private mutating func close(isCut: Bool) {
        if let open { ready.append(Candidate(entry: open, isCut: isCut)) }
        open = nil
    }
}
