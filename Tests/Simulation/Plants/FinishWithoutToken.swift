import MillraceDomain
import TestKit

/// Writes ends of runs under whatever lease the job has now.
struct FinishWithoutToken: StoreWrapper {
    let base: any Store
    unowned let world: World

    func finish(_ completions: [JobCompletion]) async throws(DomainError) -> [FinishOutcome] {
        try await base.finish(
            completions.map { completion in
                let token = world.store.row(completion.lease.jobID)?.token ?? completion.lease.token
                return JobCompletion(
                    lease: Lease(jobID: completion.lease.jobID, token: token, order: completion.lease.order),
                    transition: completion.transition, outcome: completion.outcome, dueIn: completion.dueIn,
                    failure: completion.failure, result: completion.result)
            })
    }
}
