import MillraceDomain
import TestKit

/// The ports in memory, and who asks.
struct World {
    let clock = ManualClock()
    let ids = SequentialIDs(series: 9)
    let memory: InMemoryStore
    let store: StoreUnderTest
    let dispatcher = RecordingDispatcher()
    let archive = InMemoryJobArchive()
    let catalogue = HandlerCatalogue(HandlerCatalogue.builtIn)

    init() {
        memory = InMemoryStore(clock: clock)
        store = .over(memory, clock: clock)
    }

    /// Somebody with these scopes who is not in the store.
    func caller(_ scopes: Scope...) -> Caller {
        Caller(userID: ids.next(), scopes: Set(scopes))
    }

    /// A user in the store and the caller it makes with these scopes.
    func user(_ email: String = "ada@example.org", _ scopes: Scope...) async throws -> (user: User, caller: Caller) {
        let user = try await store.makeUser(email)
        return (user, Caller(userID: user.id, scopes: Set(scopes)))
    }

    var submitJobs: SubmitJobs {
        SubmitJobs(jobs: memory, archive: archive, dispatcher: dispatcher, catalogue: catalogue, ids: ids)
    }

    var retryJob: RetryJob {
        RetryJob(jobs: memory, archive: archive, dispatcher: dispatcher, catalogue: catalogue)
    }

    /// Moves every ended job whose hot time is over to the archive.
    func archiveAll(_ hotTimes: HotTimes = HotTimes(dead: .zero, others: .zero)) async throws {
        let copy = ArchiveFinishedJobs(jobs: memory, archive: archive, hotTimes: hotTimes)
        for group in EndedGroup.allCases {
            let step = try await copy(group, after: nil, limit: 1000)
            try await RemoveArchivedJobs(jobs: memory, archive: archive)(step.versions)
        }
    }
}
