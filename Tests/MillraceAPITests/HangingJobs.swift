import MillraceDomain
import TestKit

/// A job store that answers nothing until it is let go, cancelled or not.
struct HangingJobs: JobRepository {
    private let gate = Recorder<Bool>()
    /// A value for each call that came.
    let calls = Recorder<Bool>()

    func letGo() { gate.record(true) }

    private func hang() async -> DomainError {
        calls.record(true)
        // An error can only be the end of the wait's limit.
        _ = try? await Task { [gate] in try await gate.wait(forCount: 1, within: .seconds(30)) }.value
        return .unavailable
    }

    func audited(_ note: AuditNote) -> Self { self }
    func submit(_ jobs: [NewJob], isAtomic: Bool) async throws(DomainError) -> [SubmitOutcome] { throw await hang() }
    func submit(
        _ jobs: [NewJob], isAtomic: Bool, keeping: ReplyKeeping<[SubmitOutcome]>
    ) async throws(DomainError) -> RepeatableAnswer<[SubmitOutcome]> { throw await hang() }
    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job? { throw await hang() }
    func find(_ ids: [JobID]) async throws(DomainError) -> [Job] { throw await hang() }
    func restore(_ archived: ArchivedJob, onDead: DeathPolicy) async throws(DomainError) -> ChangedJob? {
        throw await hang()
    }
    func states(of ids: [JobID]) async throws(DomainError) -> [JobID: JobState] { throw await hang() }
    func list(_ filter: JobFilter, page: PageRequest) async throws(DomainError) -> Page<Job> { throw await hang() }
    func attempts(of id: JobID) async throws(DomainError) -> [JobAttempt] { throw await hang() }
    func release(_ key: OrderingKey, heldBy id: JobID) async throws(DomainError) -> [DispatchHint] {
        throw await hang()
    }
    func cancel(_ id: JobID, owner: UserID?) async throws(DomainError) -> ChangedJob { throw await hang() }
    func retry(
        _ id: JobID, owner: UserID?, evenSucceeded: Bool, generation: Int?
    ) async throws(DomainError) -> ChangedJob {
        throw await hang()
    }
}
