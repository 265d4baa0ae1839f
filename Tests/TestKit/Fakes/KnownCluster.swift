import MillraceDomain

/// The cluster that a partition is read from, and those before it.
struct KnownCluster {
    let id: String
    private let since: Timestamp?
    private let former: [String]

    init(_ id: String, after last: KnownCluster?, at now: Timestamp) {
        self.id = id
        since = last == nil ? nil : now
        former = Array(
            ((last.map { [$0.id] } ?? []) + (last?.former ?? []).filter { $0 != id })
                .prefix(ClusterHistory.length))
    }

    /// Whether it has replaced the other so short a time ago that a partition is not opened under that one.
    func refuses(_ other: String, _ now: Timestamp) -> Bool {
        guard let since else { return false }
        return former.contains(other) && now < since + ClusterHistory.refusesReturnFor
    }
}
