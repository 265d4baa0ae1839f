import MillraceDomain
import TestKit

/// A job store that answers everything with one error.
struct FailingJobs: JobRepository {
    let error: DomainError

    func audited(_ note: AuditNote) -> Self { self }
    func submit(_ jobs: [NewJob], isAtomic: Bool) async throws(DomainError) -> [SubmitOutcome] { throw error }
    func submit(
        _ jobs: [NewJob], isAtomic: Bool, keeping: ReplyKeeping<[SubmitOutcome]>
    ) async throws(DomainError) -> RepeatableAnswer<[SubmitOutcome]> { throw error }
    func find(_ id: JobID, owner: UserID?) async throws(DomainError) -> Job? { throw error }
    func find(_ ids: [JobID]) async throws(DomainError) -> [Job] { throw error }
    func restore(_ archived: ArchivedJob, onDead: DeathPolicy) async throws(DomainError) -> ChangedJob? { throw error }
    func states(of ids: [JobID]) async throws(DomainError) -> [JobID: JobState] { throw error }
    func list(_ filter: JobFilter, page: PageRequest) async throws(DomainError) -> Page<Job> { throw error }
    func attempts(of id: JobID) async throws(DomainError) -> [JobAttempt] { throw error }
    func release(_ key: OrderingKey, heldBy id: JobID) async throws(DomainError) -> [DispatchHint] { throw error }
    func cancel(_ id: JobID, owner: UserID?) async throws(DomainError) -> ChangedJob { throw error }
    func retry(
        _ id: JobID, owner: UserID?, evenSucceeded: Bool, generation: Int?
    ) async throws(DomainError) -> ChangedJob {
        throw error
    }
}
