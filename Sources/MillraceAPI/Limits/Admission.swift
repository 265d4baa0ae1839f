import HTTPTypes
import Synchronization

/// Counts the requests that are being worked on, and refuses at once those for which there is no room, so that those
/// that were let in are done in their time.
///
/// An eighth of the room is kept for looking and for stopping: an edge that is full of new work can still be asked how
/// that work stands, and be told to cancel it.
final class Admission: Sendable {
    private let limit: Int
    private let workLimit: Int
    private let taken = Atomic(0)

    /// - Parameter limit: how many at once, at least 1.
    init(limit: Int) {
        self.limit = max(1, limit)
        workLimit = max(1, limit - max(1, limit / 8))
    }

    /// How many are being worked on.
    var count: Int { taken.load(ordering: .relaxed) }

    /// Lets a request in.
    ///
    /// - Parameter isWork: whether it brings work, and is no look at what there is.
    /// - Returns: its place, which it has to leave.
    /// - Throws: a problem when there is no room.
    func enter(isWork: Bool) throws(Problem) -> Place {
        try take(isWork)
        return Place(self, isWork)
    }

    private func take(_ isWork: Bool) throws(Problem) {
        let before = taken.add(1, ordering: .relaxed).oldValue
        guard before >= (isWork ? workLimit : limit) else { return }
        free()
        throw Problem(.overloaded, "Too many requests are under way.", headers: [.retryAfter: "1"])
    }

    private func free() {
        taken.subtract(1, ordering: .relaxed)
    }

    /// The place of one request among those that are worked on.
    final class Place: Sendable {
        private let admission: Admission
        private let isWork: Bool
        private let isHeld = Atomic(true)

        fileprivate init(_ admission: Admission, _ isWork: Bool) {
            (self.admission, self.isWork) = (admission, isWork)
        }

        /// Leaves the place to others. Once is enough.
        func leave() {
            if isHeld.exchange(false, ordering: .relaxed) { admission.free() }
        }

        /// Leaves the place to others while the client is waited for.
        ///
        /// - Throws: what `wait` throws; a problem when there is no room afterwards.
        func lending<Value>(_ wait: () async throws -> Value) async throws -> Value {
            leave()
            let value = try await wait()
            try admission.take(isWork)
            isHeld.store(true, ordering: .relaxed)
            return value
        }
    }
}

extension Route {
    /// What asks for more to be done than to look something up, to change it or to stop it.
    static let workTargets: Set<String> = [
        "/api/v1/jobs", "/api/v1/jobs/bulk", "/api/v1/jobs/{id}/retry", "/api/v1/dead-letters/replay", "/api/v1/users",
    ]

    /// Whether it brings work: that is refused first.
    var isWork: Bool { method == .post && Self.workTargets.contains(template) }
}
