import MillraceDomain

/// An API process: the use cases behind the routes.
///
/// Touched only on the thread that drives its simulation.
final class APIServer: @unchecked Sendable {
    let life: Life
    let submit: SubmitJobs
    let cancel: CancelJob
    let retry: RetryJob
    let pause: PauseQueue
    let find: FindJob
    let release: ReleaseKey

    init(_ life: Life) {
        let world = life.world
        let store = world.stores.ports(for: life)
        let archive = DistantArchive(life: life, base: world.archive)
        let dispatcher = BrokerDispatcher(life: life)
        self.life = life
        submit = SubmitJobs(
            jobs: store, archive: archive, dispatcher: dispatcher, catalogue: Workshop.catalogue,
            ids: NodeIDs(life.node, world))
        cancel = CancelJob(jobs: store, archive: archive, dispatcher: dispatcher)
        retry = RetryJob(
            jobs: store, archive: archive, dispatcher: dispatcher, catalogue: Workshop.catalogue)
        release = ReleaseKey(jobs: store, archive: archive, dispatcher: dispatcher)
        pause = PauseQueue(queues: store)
        find = FindJob(jobs: store, archive: archive)
    }

    static let caller = Caller(userID: World.owner, scopes: [.jobsWrite, .jobsRead, .queuesWrite])
}

/// Tells consumers by records, as long as the process that speaks is alive.
struct BrokerDispatcher: JobDispatcher {
    let life: Life

    func dispatch(_ jobs: [DispatchHint]) {
        for job in jobs where !life.isOver {
            let partition = Int(job.jobID.uniqueID.low % 7)
            life.world.broker.produce(.dispatch(job.jobID), to: job.queue, partition: partition, from: life.node.name)
        }
    }
}
