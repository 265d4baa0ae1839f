import MillraceDomain
import TestKit

/// A lease that tells how often it was asked for.
final class WatchedLease: HousekeepingLease {
    let store: InMemoryStore
    let asked = Recorder<String>()

    init(_ store: InMemoryStore) {
        self.store = store
    }

    func hold(as holder: String, for duration: Duration) async throws(DomainError) -> Bool {
        defer { asked.record(holder) }
        return try await store.hold(as: holder, for: duration)
    }

    func release(as holder: String) async throws(DomainError) { try await store.release(as: holder) }
}

/// Erasures that tell how far they are.
final class WatchedErasures: ErasureRepository {
    let store: InMemoryStore
    let saved = Recorder<Erasure>()

    init(_ store: InMemoryStore) {
        self.store = store
    }

    func audited(_ note: AuditNote) -> Self { self }

    func begin(_ id: ErasureID, user: UserID) async throws(DomainError) -> Erasure {
        try await store.begin(id, user: user)
    }

    func find(_ id: ErasureID) async throws(DomainError) -> Erasure? { try await store.find(id) }

    func unfinished() async throws(DomainError) -> (erasure: Erasure, phaseAge: Duration)? {
        try await store.unfinished()
    }

    func erased(within age: Duration) async throws(DomainError) -> [UserID] { try await store.erased(within: age) }

    func removeJobs(of user: UserID, limit: Int) async throws(DomainError) -> (removed: Int, left: Int) {
        try await store.removeJobs(of: user, limit: limit)
    }

    func removeDeadRecords(of user: UserID, limit: Int) async throws(DomainError) -> Int {
        try await store.removeDeadRecords(of: user, limit: limit)
    }

    func removeKeys(of user: UserID, limit: Int) async throws(DomainError) -> (records: Int, claims: Int) {
        try await store.removeKeys(of: user, limit: limit)
    }

    func save(_ erasure: Erasure) async throws(DomainError) {
        try await store.save(erasure)
        saved.record(erasure)
    }
}
