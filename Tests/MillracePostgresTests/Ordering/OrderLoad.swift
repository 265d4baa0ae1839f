import MillraceDomain
import Synchronization

@testable import MillracePostgres

/// Everybody who may touch the jobs of a few keys, all at once, and what they have seen.
struct OrderLoad: Sendable {
    /// What was seen, in the order in which it was.
    struct Log: Sendable {
        var accepted: [[JobID]] = []
        var runs: [String: [JobID]] = [:]
        var running: [String: JobID] = [:]
        var overlaps: [String] = []
        var errors: [String] = []
    }

    let client: PostgresClient
    let owner: UserID
    let keys: [String]
    let log = SharedLog()

    final class SharedLog: Sendable {
        private let state = Mutex(Log())

        var value: Log { state.withLock { $0 } }

        func note(_ change: (inout sending Log) -> Void) {
            state.withLock { change(&$0) }
        }
    }

    private var jobs: PostgresJobRepository { PostgresJobRepository(client: client) }

    func newJob(_ key: String?, owner: UserID? = nil, hasOwnID: Bool = false) -> NewJob {
        let id = JobID(UUIDv7Generator().next())
        let submission = JobSubmission(
            id: hasOwnID ? id : nil, kind: JobKind(stored: "noop"), orderingKey: key, maxAttempts: 25)
        return NewJob(id: id, ownerID: owner ?? self.owner, submission: submission)
    }

    /// Submits one by one and in bulk, atomically and not, mixing keys.
    func submit(_ calls: Int, for other: UserID? = nil) async {
        let repository = jobs
        var mine: [JobID] = []
        for call in 0..<calls {
            await noting("submit") {
                let count = [1, 1, 4, 9][call % 4]
                let new = (0..<count).map { index in
                    newJob(
                        (call + index) % 5 == 4 ? nil : keys[(call + index) % keys.count], owner: other,
                        hasOwnID: call % 2 == 0)
                }
                let outcomes = try await repository.submit(new.shuffled(), isAtomic: call % 8 > 3)
                mine += outcomes.compactMap { if case .accepted(let job) = $0 { job.id } else { nil } }
            }
        }
        log.note { $0.accepted.append(mine) }
    }

    /// Claims, runs for no time, and ends in every way, until `isDone`.
    func work(_ name: String, until isDone: @Sendable () async throws -> Bool) async {
        let leases = PostgresJobLeases(client: client)
        let terms = LeaseTerms(consumer: name, duration: .seconds(1))
        var hints: [JobID] = []
        var crashes = 0
        while true {
            var claimed: [ClaimedJob] = []
            await noting("claim") {
                if hints.isEmpty {
                    let swept = try await leases.sweep(limit: 20, terms: terms)
                    claimed = swept.claimed
                    hints = swept.freed
                } else {
                    claimed = try await leases.claim(hints, limit: 20, terms: terms)
                    hints = []
                }
            }
            note(claimed)
            // A consumer that dies loses all that it has; at most once each.
            if crashes == 0, claimed.count > 3 {
                crashes = 1
                drop(claimed)
                continue
            }
            let ends = claimed.map { completion(of: $0) }
            drop(claimed)
            await noting("finish") {
                for outcome in try await leases.finish(ends) {
                    if case .recorded(_, let freed?) = outcome { hints.append(freed) }
                }
            }
            guard claimed.isEmpty, hints.isEmpty else { continue }
            guard await (try? isDone()) != true else { return }
            await noting("pause") { try await ContinuousClock().sleep(for: .milliseconds(5)) }
        }
    }

    /// Cancels what is there, heads and others.
    func cancel(_ calls: Int) async {
        let repository = jobs
        for _ in 0..<calls {
            await noting("cancel") {
                var filter = JobFilter()
                filter.orderingKey = keys.randomElement()
                filter.state = [.queued, .blocked, .running].randomElement()
                let page = try await repository.list(filter, page: PageRequest(limit: 3))
                for job in page.items {
                    do throws(DomainError) { _ = try await repository.cancel(job.id, owner: nil) } catch {
                        let isGone = error == .conflict(.alreadyTerminal) || error == .notFound(.job)
                        if !isGone { throw error }
                    }
                }
            }
        }
    }

    /// Runs something that must not fail, whatever others do.
    func noting(_ what: String, _ body: () async throws -> Void) async {
        do { try await body() } catch { log.note { $0.errors.append("\(what): \(error)") } }
    }

    private func note(_ claimed: [ClaimedJob]) {
        log.note { log in
            for job in claimed.map(\.job) {
                guard let key = job.submission.orderingKey, job.ownerID == owner else { continue }
                if let other = log.running[key] { log.overlaps.append("\(key): \(job.id) while \(other)") }
                log.running[key] = job.id
                log.runs[key, default: []].append(job.id)
            }
        }
    }

    private func drop(_ claimed: [ClaimedJob]) {
        log.note { log in
            for job in claimed.map(\.job) where job.ownerID == owner {
                if let key = job.submission.orderingKey { log.running[key] = nil }
            }
        }
    }

    private func completion(of claimed: ClaimedJob) -> JobCompletion {
        let event: JobEvent = [.succeeded, .succeeded, .succeeded, .failed(isFinal: false), .failed(isFinal: true)]
            .randomElement()!  // of a list that is not empty
        let outcome: JobAttempt.Outcome = event == .succeeded ? .succeeded : .failed
        let transition = JobStanding(.running).transition(on: event)!  // a running job may end so
        return JobCompletion(lease: claimed.lease, transition: transition, outcome: outcome)
    }
}
