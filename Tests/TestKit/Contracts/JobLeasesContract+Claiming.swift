import MillraceDomain
import Testing

extension JobLeasesContract {
    static let terms = LeaseTerms(consumer: "consumer-1")

    static let claiming: [Clause<StoreUnderTest>] = [
        Clause("a claimed job is running, its attempt counted, its start noted, all else as it was") { store in
            let owner = try await store.makeUser().id
            let job = try await store.submit(owner) { $0 = .full(now: store.clock.now()) }
            let now = store.clock.advance(by: .seconds(1))
            let claimed = try await store.claim(job)
            var expected = job
            expected.state = .running
            expected.attempt = 1
            expected.startedAt = now
            #expect(claimed.job == expected)
            #expect(claimed.lease.jobID == job.id)
            #expect(try await store.job(job.id) == expected)
        },
        Clause("of many claimers at once each job has one winner") { store in
            let owner = try await store.makeUser().id
            let new = (0..<30).map { _ in store.newJob(owner) }
            _ = try await store.jobs.submit(new, isAtomic: false)
            let claimed = await withTaskGroup(of: [ClaimedJob].self) { group in
                for _ in 0..<8 {
                    group.addTask { (try? await store.leases.claim(new.map(\.id), limit: 30, terms: terms)) ?? [] }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 30)
            #expect(Set(claimed.map(\.job.id)).count == 30)
            #expect(Set(claimed.map(\.lease.token)).count == 30)
        },
        Clause("jobs that are not queued are passed over") { store in
            let owner = try await store.makeUser().id
            var ids: [JobID] = [store.ids.next()]
            for state in JobState.allCases where state != .queued {
                ids.append(try await store.job(in: state, of: owner).id)
            }
            // The last arrangement swept: what it found due is running or queued again.
            let waiting = try await store.jobs.states(of: ids).filter { $0.value == .queued }.keys
            let claimed = try await store.leases.claim(ids, limit: 100, terms: terms)
            #expect(Set(claimed.map(\.job.id)) == Set(waiting))
        },
        Clause("a job that had to start by now is passed over") { store in
            let owner = try await store.makeUser().id
            let expiresAt = store.clock.now() + .seconds(1)
            let late = try await store.submit(owner) { $0.expiresAt = expiresAt }
            let inTime = try await store.submit(owner) { $0.expiresAt = expiresAt + .microseconds(1) }
            store.clock.set(expiresAt)
            let claimed = try await store.leases.claim([late.id, inTime.id], limit: 2, terms: terms)
            #expect(claimed.map(\.job.id) == [inTime.id])
        },
        Clause("the highest priority goes first, then the oldest, up to the limit") { store in
            let owner = try await store.makeUser().id
            var ids: [JobID] = []
            for priority in [5, 0, 9, 5, 9, 0] {
                ids.append(try await store.submit(owner) { $0.priority = priority }.id)
                store.clock.advance(by: .milliseconds(1))
            }
            let ranks = [[2], [4], [0], [3], [1, 5]]
            for rank in ranks {
                let claimed = try await store.leases.claim(ids.shuffled(), limit: rank.count, terms: terms)
                #expect(Set(claimed.map(\.job.id)) == Set(rank.map { ids[$0] }))
            }
        },
        Clause("an id given twice is claimed once, no ids claim nothing") { store in
            let job = try await store.submit(try await store.makeUser().id)
            let claimed = try await store.leases.claim([job.id, job.id], limit: 5, terms: terms)
            #expect(claimed.map(\.job.attempt) == [1])
            #expect(try await store.leases.claim([], limit: 5, terms: terms).isEmpty)
        },
        Clause("a paused queue's jobs are not claimed until it goes on; other queues' are") { store in
            let owner = try await store.makeUser().id
            let slow = QueueName(stored: "slow")
            let paused = try await store.submit(owner) { $0.queue = slow }
            let other = try await store.submit(owner)
            try await store.queues.setPaused(true, queue: slow)
            let ids = [paused.id, other.id]
            #expect(try await store.leases.claim(ids, limit: 5, terms: terms).map(\.job.id) == [other.id])
            try await store.queues.setPaused(false, queue: slow)
            #expect(try await store.leases.claim(ids, limit: 5, terms: terms).map(\.job.id) == [paused.id])
        },
    ]

    static let renewing: [Clause<StoreUnderTest>] = [
        Clause("a renewed lease outlives its first end, by the terms of the renewal") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            store.clock.advance(by: .seconds(8))
            #expect(try await store.leases.renew([claimed.lease], terms: terms) == [.held])
            store.clock.advance(by: .seconds(9))
            #expect(try await store.sweep().touched == 0)
            store.clock.advance(by: .seconds(1))
            #expect(try await store.sweep().recovered == 1)
        },
        Clause("each lease is told how it stands, in the order given") { store in
            let owner = try await store.makeUser().id
            let held = try await store.claim(try await store.submit(owner)).lease
            let ended = try await store.claim(try await store.submit(owner)).lease
            try await store.finish(.succeeding(ended))
            let asked = try await store.claim(try await store.submit(owner)).lease
            _ = try await store.jobs.cancel(asked.jobID, owner: nil)
            let forged = Lease(jobID: held.jobID, token: store.ids.next())
            let unknown = Lease(jobID: store.ids.next(), token: store.ids.next())
            let standings = try await store.leases.renew([unknown, asked, forged, ended, held], terms: terms)
            #expect(standings == [.lost, .cancelAsked, .lost, .lost, .held])
            #expect(try await store.leases.renew([], terms: terms) == [])
        },
        Clause("a stale lease extends nothing for the new holder") { store in
            let job = try await store.submit(try await store.makeUser().id)
            let stale = try await store.claim(job).lease
            store.clock.advance(by: .seconds(11))
            #expect(try await store.sweep().recovered == 1)
            _ = try await store.claim(job)
            store.clock.advance(by: .seconds(9))
            let long = LeaseTerms(consumer: "consumer-1", duration: .seconds(3600))
            #expect(try await store.leases.renew([stale], terms: long) == [.lost])
            store.clock.advance(by: .seconds(2))
            #expect(try await store.sweep().recovered == 1)
        },
    ]

    static let reporting: [Clause<StoreUnderTest>] = [
        Clause("progress is seen on the job, the latest word") { store in
            let claimed = try await store.claim(try await store.submit(try await store.makeUser().id))
            let (half, most) = (JobProgress(percent: 50, text: "hälf 😀"), JobProgress(percent: 99, text: ""))
            try await store.leases.report([(claimed.lease, half)])
            #expect(try await store.job(claimed.job.id).progress == half)
            try await store.leases.report([(claimed.lease, most)])
            #expect(try await store.job(claimed.job.id).progress == most)
        },
        Clause("progress under a stale lease changes nothing, its neighbours' is kept") { store in
            let owner = try await store.makeUser().id
            let held = try await store.claim(try await store.submit(owner)).lease
            let ended = try await store.claim(try await store.submit(owner)).lease
            try await store.finish(.succeeding(ended))
            let before = try await store.job(ended.jobID)
            let progress = JobProgress(percent: 1, text: "one")
            let unknown = Lease(jobID: store.ids.next(), token: store.ids.next())
            try await store.leases.report([(unknown, progress), (ended, progress), (held, progress)])
            #expect(try await store.job(ended.jobID) == before)
            #expect(try await store.job(held.jobID).progress == progress)
            try await store.leases.report([])
        },
    ]
}
