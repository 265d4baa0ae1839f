import MillraceDomain
import Testing

extension QueueCountersContract {
    /// Every way from one state to another.
    static let moving: [Clause<StoreUnderTest>] = [
        Clause("the census follows a run to each of its ends") { store in
            let owner = try await store.makeUser().id
            let ends: [(state: JobState, end: @Sendable (Lease) throws -> JobCompletion)] = [
                (.succeeded, { try .succeeding($0) }), (.dead, { try .failing($0, isFinal: true) }),
                (.retrying, { try .failing($0, dueIn: .seconds(60)) }),
                (.scheduled, { try .snoozing($0, dueIn: .seconds(60)) }), (.queued, { try .releasing($0) }),
            ]
            var depth: [JobState: Int] = [:]
            for (state, end) in ends {
                let job = try await store.submit(owner)
                try await expect(depth.merging([.queued: 1], uniquingKeysWith: +), in: store)
                let claimed = try await store.claim(job)
                try await expect(depth.merging([.running: 1], uniquingKeysWith: +), in: store)
                _ = try await store.leases.renew([claimed.lease], terms: LeaseTerms(consumer: "consumer-1"))
                try await store.leases.report([(claimed.lease, JobProgress(percent: 50, text: "Half."))])
                try await expect(depth.merging([.running: 1], uniquingKeysWith: +), in: store)
                try await store.finish(end(claimed.lease))
                if !state.isTerminal { depth[state, default: 0] += 1 }
                try await expect(depth, in: store)
            }
        },
        Clause("the census follows the sweeps: claimed, recovered, crash loop, cancelled") { store in
            let owner = try await store.makeUser().id
            _ = try await store.submit(owner)
            for loss in 1...3 {
                store.clock.advance(by: .seconds(3))
                #expect(try await store.sweep().claimed.count == 1)
                try await expect([.running: 1], in: store)
                store.clock.advance(by: .seconds(3600))
                _ = try await store.sweep()
                try await expect(loss < 3 ? [.queued: 1] : [:], in: store)
            }
            let stopping = try await store.claim(try await store.submit(owner))
            _ = try await store.jobs.cancel(stopping.job.id, owner: nil)
            try await expect([.running: 1], in: store)
            store.clock.advance(by: .seconds(3600))
            _ = try await store.sweep()
            try await expect([:], in: store)
        },
        Clause("the census follows the sweeps: due, expired, parked") { store in
            let owner = try await store.makeUser().id
            let now = store.clock.now()
            _ = try await store.submit(owner) { $0.runAt = now + .seconds(60) }
            _ = try await store.submit(owner) { $0.expiresAt = now + .seconds(1) }
            try await expect([.scheduled: 1, .queued: 1], in: store)
            store.clock.advance(by: .seconds(2))
            _ = try await store.sweep()
            try await expect([.scheduled: 1], in: store)
            try await store.queues.setPaused(true, queue: .default)
            store.clock.advance(by: .seconds(60))
            #expect(try await store.sweep().parked == 1)
            try await expect([.queued: 1], in: store)
            try await store.queues.setPaused(false, queue: .default)
            #expect(try await store.sweep().claimed.count == 1)
            try await expect([.running: 1], in: store)
        },
        Clause("the census follows what operators do: cancel and retry") { store in
            let owner = try await store.makeUser().id
            for state in [JobState.scheduled, .queued, .retrying] {
                let job = try await store.job(in: state, of: owner)
                try await expect([state: 1], in: store)
                _ = try await store.jobs.cancel(job.id, owner: nil)
                try await expect([:], in: store)
                _ = try await store.jobs.retry(job.id, owner: nil, evenSucceeded: false)
                try await expect([.queued: 1], in: store)
                _ = try await store.jobs.cancel(job.id, owner: nil)
            }
        },
        Clause("the census follows a job to the archive and back") { store in
            let owner = try await store.makeUser().id
            let job = try await store.job(in: .dead, of: owner)
            let archived = ArchivedJob(job: job, attempts: try await store.jobs.attempts(of: job.id))
            #expect(try await store.finished.remove([EndedVersion(job)]) == [])
            try await expect([:], in: store)
            let restored = try #require(try await store.jobs.restore(archived, onDead: .proceed)).job
            try await expect([.queued: 1], in: store)
            #expect(try await store.jobs.restore(archived, onDead: .proceed) == nil)
            try await expect([.queued: 1], in: store)
            _ = try await store.claim(restored)
            try await expect([.running: 1], in: store)
        },
        Clause("the census follows an erasure") { store in
            let owner = try await store.makeUser().id
            for state in [JobState.scheduled, .queued, .retrying, .running, .dead] {
                _ = try await store.job(in: state, of: owner)
            }
            _ = try await store.erasures.begin(store.ids.next(), user: owner)
            try await expect([.scheduled: 1, .queued: 1, .retrying: 1, .running: 1], in: store)
            _ = try await store.erasures.removeJobs(of: owner, limit: 100)
            try await expect([.running: 1], in: store)
        },
        Clause("a batch is counted whole, and what was refused in it is not") { store in
            let owner = try await store.makeUser().id
            let known = try await store.submit(owner)
            let batch =
                (0..<250).map { _ in store.newJob(owner) }
                + [NewJob(id: known.id, ownerID: owner, submission: known.submission)]
                + [store.newJob(store.ids.next())]
            _ = try await store.jobs.submit(batch, isAtomic: false)
            try await expect([.queued: 251], in: store)
            _ = try await store.jobs.submit(batch.map { NewJob(id: store.ids.next(), $0) }, isAtomic: true)
            try await expect([.queued: 251], in: store)
            let claimed = try await store.leases.claim(
                batch.map(\.id), limit: 200, terms: LeaseTerms(consumer: "consumer-1"))
            try await expect([.queued: 51, .running: 200], in: store)
            _ = try await store.leases.finish(claimed.map { try .succeeding($0.lease) })
            try await expect([.queued: 51], in: store)
        },
    ]
}

extension NewJob {
    /// The same under another id.
    fileprivate init(id: JobID, _ other: NewJob) {
        self.init(id: id, ownerID: other.ownerID, submission: other.submission)
    }
}
