import MillraceDomain
import Synchronization
import TestKit

/// Leases over the in-memory store that tell of every call, and that a test can hold up or let fail.
final class WatchedLeases: JobLeases {
    enum Call: Hashable, Sendable {
        case claim([JobID], limit: Int)
        case sweep(limit: Int)
        case renew([Lease])
        case finish([JobCompletion])
        case report(Int)
    }

    let store: InMemoryStore
    let calls = Recorder<Call>()
    let finished = Recorder<FinishOutcome>()
    /// Held up after their effect, as long as they are closed.
    let claimGate = Gate(isOpen: true)
    let finishGate = Gate(isOpen: true)
    /// Held up before their effect.
    let renewGate = Gate(isOpen: true)
    /// What each renewal is answered instead of the truth, for as long as there is something.
    let standing = Mutex<LeaseStanding?>(nil)
    private let failures = Mutex<[String: [DomainError]]>([:])

    init(_ store: InMemoryStore) {
        self.store = store
    }

    /// Lets the next calls of this name fail, one after the other.
    func fail(_ name: String, with errors: [DomainError]) {
        failures.withLock { $0[name, default: []] += errors }
    }

    /// Lets calls succeed again.
    func heal() {
        failures.withLock { $0 = [:] }
    }

    private func check(_ name: String) throws(DomainError) {
        let error = failures.withLock { failures in
            failures[name]?.isEmpty == false ? failures[name]?.removeFirst() : nil
        }
        if let error { throw error }
    }

    func claim(_ ids: [JobID], limit: Int, terms: LeaseTerms) async throws(DomainError) -> [ClaimedJob] {
        calls.record(.claim(ids, limit: limit))
        try check("claim")
        let claimed = try await store.claim(ids, limit: limit, terms: terms)
        await claimGate.pass()
        return claimed
    }

    func sweep(limit: Int, terms: LeaseTerms) async throws(DomainError) -> SweepResult {
        calls.record(.sweep(limit: limit))
        try check("sweep")
        return try await store.sweep(limit: limit, terms: terms)
    }

    func renew(_ leases: [Lease], terms: LeaseTerms) async throws(DomainError) -> [LeaseStanding] {
        calls.record(.renew(leases))
        try check("renew")
        await renewGate.pass()
        if let standing = standing.withLock({ $0 }) { return leases.map { _ in standing } }
        return try await store.renew(leases, terms: terms)
    }

    func finish(_ completions: [JobCompletion]) async throws(DomainError) -> [FinishOutcome] {
        calls.record(.finish(completions))
        try check("finish")
        await finishGate.pass()
        let outcomes = try await store.finish(completions)
        finished.record(outcomes)
        return outcomes
    }

    func report(_ progress: [(lease: Lease, progress: JobProgress)]) async throws(DomainError) {
        calls.record(.report(progress.count))
        try await store.report(progress)
    }
}

extension [WatchedLeases.Call] {
    var claims: [(ids: [JobID], limit: Int)] {
        compactMap { if case .claim(let ids, let limit) = $0 { (ids, limit) } else { nil } }
    }

    var finishes: [[JobCompletion]] {
        compactMap { if case .finish(let completions) = $0 { completions } else { nil } }
    }

    var renewals: [[Lease]] {
        compactMap { if case .renew(let leases) = $0 { leases } else { nil } }
    }
}
