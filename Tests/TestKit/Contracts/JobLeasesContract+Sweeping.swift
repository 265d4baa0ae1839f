import MillraceDomain
import Testing

extension JobLeasesContract {
    static let sweeping: [Clause<StoreUnderTest>] = [
        Clause("a queued job is left to those who were told of it for a moment, then swept") { store in
            let job = try await store.submit(try await store.makeUser().id)
            store.clock.advance(by: .seconds(1))
            #expect(try await store.sweep().touched == 0)
            let now = store.clock.advance(by: .seconds(1))
            let claimed = try await store.sweep(consumer: "sweeper").claimed
            #expect(claimed.map(\.job.id) == [job.id])
            #expect(claimed.map(\.job.startedAt) == [now])
            #expect(claimed.map(\.job.attempt) == [1])
            let lease = try #require(claimed.first?.lease)
            try await store.finish(.succeeding(lease))
            #expect(try await store.jobs.attempts(of: job.id).map(\.consumer) == ["sweeper"])
        },
        Clause("a scheduled job is swept at its time and not before") { store in
            let owner = try await store.makeUser().id
            let runAt = store.clock.now() + .seconds(3600)
            let job = try await store.submit(owner) { $0.runAt = runAt }
            store.clock.set(runAt - .microseconds(1))
            #expect(try await store.sweep().touched == 0)
            store.clock.set(runAt)
            #expect(try await store.sweep().claimed.map(\.job.id) == [job.id])
        },
        Clause("a job that did not start in time expires, whatever it waits for") { store in
            let owner = try await store.makeUser().id
            let now = store.clock.now()
            let queued = try await store.submit(owner) { $0.expiresAt = now + .seconds(60) }
            let scheduled = try await store.submit(owner) {
                $0.runAt = now + .seconds(120)
                $0.expiresAt = now + .seconds(60)
            }
            let tried = try await store.claim(try await store.submit(owner) { $0.expiresAt = now + .seconds(60) })
            try await store.finish(.failing(tried.lease, dueIn: .seconds(90)))
            let later = store.clock.advance(by: .seconds(3600))
            let result = try await store.sweep()
            #expect(result.expired == 3 && result.claimed.isEmpty)
            for id in [queued.id, scheduled.id, tried.job.id] {
                let job = try await store.job(id)
                #expect(job.state == .expired && job.finishedAt == later && job.nextAttemptAt == nil)
            }
            #expect(try await store.sweep().touched == 0)
        },
        Clause("a running job does not expire") { store in
            let owner = try await store.makeUser().id
            let expiresAt = store.clock.now() + .seconds(5)
            let claimed = try await store.claim(try await store.submit(owner) { $0.expiresAt = expiresAt })
            store.clock.advance(by: .seconds(6))
            #expect(try await store.sweep().touched == 0)
            #expect(try await store.finish(.succeeding(claimed.lease)) == .succeeded)
        },
        Clause("no sweep touches more than its limit, and the earliest deadline goes first") { store in
            let owner = try await store.makeUser().id
            let now = store.clock.now()
            var ids: [JobID] = []
            for minute in [3, 1, 2] {
                ids.append(try await store.submit(owner) { $0.runAt = now + .seconds(60 * minute) }.id)
            }
            store.clock.advance(by: .seconds(3600))
            for index in [1, 2, 0] {
                let result = try await store.sweep(limit: 1)
                #expect(result.claimed.map(\.job.id) == [ids[index]])
                #expect(result.touched == 1)
            }
        },
        Clause("of many sweepers at once each due job has one") { store in
            let owner = try await store.makeUser().id
            _ = try await store.jobs.submit((0..<30).map { _ in store.newJob(owner) }, isAtomic: false)
            store.clock.advance(by: .seconds(5))
            var claimed: [ClaimedJob] = []
            for _ in 0..<3 {
                claimed += await withTaskGroup(of: [ClaimedJob].self) { group in
                    for _ in 0..<4 { group.addTask { (try? await store.sweep(limit: 10).claimed) ?? [] } }
                    return await group.reduce(into: []) { $0 += $1 }
                }
            }
            #expect(claimed.count == 30)
            #expect(Set(claimed.map(\.job.id)).count == 30)
        },
    ]

    static let losing: [Clause<StoreUnderTest>] = [
        Clause("a lost lease sends the job back, not charged, with a record of the loss") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            store.clock.advance(by: .seconds(10) - .microseconds(1))
            #expect(try await store.sweep().touched == 0)
            let now = store.clock.advance(by: .microseconds(1))
            let result = try await store.sweep()
            #expect(result.recovered == 1 && result.claimed.isEmpty)
            let job = try await store.job(claimed.job.id)
            #expect(job.state == .queued)
            #expect((job.attempt, job.lostLeases) == (0, 1))
            let attempts = try await store.jobs.attempts(of: job.id)
            #expect(attempts.map(\.outcome) == [.lost])
            #expect(attempts.map(\.finishedAt) == [now])
            #expect(attempts.map(\.consumer) == ["consumer-1"])
            store.clock.advance(by: .seconds(3))
            #expect(try await store.sweep().claimed.map(\.job.attempt) == [1])
        },
        Clause("whoever lost a lease changes nothing any more, before and after the job runs anew") { store in
            let stale = try await store.claim(try await store.submit(try await store.makeUser().id))
            store.clock.advance(by: .seconds(11))
            _ = try await store.sweep()
            let waiting = try await store.job(stale.job.id)
            #expect(try await store.leases.finish([.succeeding(stale.lease)]) == [.stale])
            #expect(try await store.job(stale.job.id) == waiting)
            let fresh = try await store.claim(waiting, consumer: "consumer-2")
            #expect(fresh.lease.token != stale.lease.token)
            #expect(try await store.leases.finish([.failing(stale.lease, isFinal: true)]) == [.stale])
            #expect(try await store.leases.renew([stale.lease], terms: terms) == [.lost])
            #expect(try await store.job(stale.job.id) == fresh.job)
            #expect(try await store.finish(.succeeding(fresh.lease)) == .succeeded)
            #expect(try await store.jobs.attempts(of: stale.job.id).map(\.outcome) == [.lost, .succeeded])
        },
        Clause("the third lost lease is death by crash loop") { store in
            let job = try await store.submit(try await store.makeUser().id)
            for loss in 1...3 {
                _ = try await store.claim(job)
                store.clock.advance(by: .seconds(11))
                let result = try await store.sweep()
                #expect((result.recovered, result.crashLooped) == (loss < 3 ? (1, 0) : (0, 1)))
                #expect(result.dead == (loss < 3 ? [] : [try await store.job(job.id)]))
            }
            let dead = try await store.job(job.id)
            #expect(dead.state == .dead && dead.lostLeases == 3 && dead.finishedAt == store.clock.now())
            #expect(dead.lastError?.code == "crash_loop")
            #expect(try await store.jobs.attempts(of: job.id).map(\.outcome) == [.lost, .lost, .lost])
            store.clock.advance(by: .seconds(3600))
            #expect(try await store.sweep().touched == 0)
        },
        Clause("lost leases count from zero after an operator's retry") { store in
            let job = try await store.submit(try await store.makeUser().id)
            for _ in 1...3 {
                _ = try await store.claim(job)
                store.clock.advance(by: .seconds(11))
                _ = try await store.sweep()
            }
            _ = try await store.jobs.retry(job.id, owner: nil, evenSucceeded: false)
            _ = try await store.claim(job)
            store.clock.advance(by: .seconds(11))
            #expect(try await store.sweep().recovered == 1)
            #expect(try await store.job(job.id).lostLeases == 1)
        },
    ]

    static let pausing: [Clause<StoreUnderTest>] = [
        Clause("a paused queue's due jobs are parked, and swept once the queue goes on") { store in
            let owner = try await store.makeUser().id
            let slow = QueueName(stored: "slow")
            let now = store.clock.now()
            let queued = try await store.submit(owner) { $0.queue = slow }
            let scheduled = try await store.submit(owner) {
                $0.queue = slow
                $0.runAt = now + .seconds(5)
            }
            let other = try await store.submit(owner)
            try await store.queues.setPaused(true, queue: slow)
            store.clock.advance(by: .seconds(60))
            let result = try await store.sweep()
            #expect(result.claimed.map(\.job.id) == [other.id])
            #expect(result.parked == 2)
            try await store.queues.setPaused(false, queue: slow)
            store.clock.advance(by: .seconds(3))
            let resumed = try await store.sweep().claimed.map(\.job.id)
            #expect(Set(resumed).isSuperset(of: [queued.id, scheduled.id]))
        },
        Clause("parked jobs do not keep sweeps from the jobs behind them") { store in
            let owner = try await store.makeUser().id
            let slow = QueueName(stored: "slow")
            for _ in 0..<5 { _ = try await store.submit(owner) { $0.queue = slow } }
            try await store.queues.setPaused(true, queue: slow)
            store.clock.advance(by: .seconds(5))
            let job = try await store.submit(owner)
            store.clock.advance(by: .seconds(5))
            var claimed: [JobID] = []
            for _ in 0..<6 { claimed += try await store.sweep(limit: 1).claimed.map(\.job.id) }
            #expect(claimed == [job.id])
        },
        Clause("a parked job expires at its time") { store in
            let owner = try await store.makeUser().id
            let expiresAt = store.clock.now() + .seconds(3600)
            let job = try await store.submit(owner) { $0.expiresAt = expiresAt }
            try await store.queues.setPaused(true, queue: .default)
            store.clock.advance(by: .seconds(60))
            #expect(try await store.sweep().parked == 1)
            store.clock.set(expiresAt + .seconds(3600))
            #expect(try await store.sweep().expired == 1)
            #expect(try await store.job(job.id).state == .expired)
        },
        Clause("a job that runs when its queue is paused runs on and ends; its lost lease is found") { store in
            let owner = try await store.makeUser().id
            let running = try await store.claim(try await store.submit(owner))
            _ = try await store.claim(try await store.submit(owner))
            try await store.queues.setPaused(true, queue: .default)
            #expect(try await store.finish(.succeeding(running.lease)) == .succeeded)
            store.clock.advance(by: .seconds(11))
            #expect(try await store.sweep().recovered == 1)
        },
    ]
}
