import MillraceDomain
import Testing

extension OrderContract {
    static let deadlines: [Clause<StoreUnderTest>] = [
        Clause("a blocked job expires in its time and frees nobody; the head that expires frees the next") { store in
            let owner = try await store.makeUser().id
            let now = store.clock.now()
            let (ids, _) = try await store.accept([
                store.keyed(owner) { $0.runAt = now + .seconds(600) }, store.keyed(owner),
                store.keyed(owner) { $0.expiresAt = now + .seconds(10) }, store.keyed(owner),
            ])
            #expect(try await store.sweep().touched == 0)
            store.clock.advance(by: .seconds(10))
            let first = try await store.sweep()
            #expect(first.expired == 1 && first.claimed.isEmpty && first.freed.isEmpty)
            #expect(try await store.states(ids) == [.scheduled, .blocked, .expired, .blocked])
            let (last, _) = try await store.accept([
                store.keyed(owner, "b") { $0.expiresAt = now + .seconds(20) }, store.keyed(owner, "b"),
            ])
            store.clock.set(now + .seconds(20))
            let second = try await store.sweep(limit: 1)
            #expect(second.expired == 1 || second.claimed.isEmpty)
            let freed = second.freed.isEmpty ? try await store.sweep().freed : second.freed
            #expect(freed == [last[1]])
            #expect(try await store.states(last) == [.expired, .queued])
        },
        Clause("a head that starts later holds up those behind it; one freed before its start is scheduled") { store in
            let owner = try await store.makeUser().id
            let now = store.clock.now()
            let (ids, states) = try await store.accept([
                store.keyed(owner) { $0.runAt = now + .seconds(10) },
                store.keyed(owner) { $0.runAt = now + .seconds(60) }, store.keyed(owner),
            ])
            #expect(states == [.scheduled, .blocked, .blocked])
            store.clock.set(now + .seconds(10))
            let lease = try #require(try await store.sweep().claimed.first).lease
            #expect(try await store.freed(by: .succeeding(lease)) == nil)
            #expect(try await store.states(ids) == [.succeeded, .scheduled, .blocked])
            store.clock.set(now + .seconds(59))
            #expect(try await store.sweep().touched == 0)
            store.clock.set(now + .seconds(60))
            #expect(try await store.sweep().claimed.map(\.job.id) == [ids[1]])
        },
        Clause("a freed job of which nobody is told is found by the next sweep") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept([store.keyed(owner), store.keyed(owner)])
            #expect(try await store.jobs.cancel(ids[0], owner: nil).ready.map(\.jobID) == [ids[1]])
            #expect(try await store.sweep().claimed.map(\.job.id) == [ids[1]])
        },
        Clause("a head that loses its lease comes back first; at the third time the next is freed") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept([store.keyed(owner), store.keyed(owner)])
            for loss in 1...3 {
                _ = try await store.claim(try await store.job(ids[0]))
                store.clock.advance(by: .seconds(11))
                let swept = try await store.sweep()
                #expect(swept.recovered == (loss < 3 ? 1 : 0) && swept.crashLooped == (loss < 3 ? 0 : 1))
                #expect(swept.freed == (loss < 3 ? [] : [ids[1]]))
                #expect(swept.dead == (loss < 3 ? [] : [try await store.job(ids[0])]))
            }
            #expect(try await store.states(ids) == [.dead, .queued])
            let attempts = try await store.jobs.attempts(of: ids[0])
            #expect(attempts.map(\.outcome) == [.lost, .lost, .lost])
            let dead = try await store.job(ids[0])
            #expect(dead.lastError?.code == "crash_loop" && dead.lostLeases == 3 && dead.attempt == 0)
        },
        Clause("a head that loses its lease after a cancel was asked for frees the next") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept([store.keyed(owner), store.keyed(owner)])
            _ = try await store.claim(try await store.job(ids[0]))
            _ = try await store.jobs.cancel(ids[0], owner: nil)
            store.clock.advance(by: .seconds(11))
            let swept = try await store.sweep()
            #expect(swept.recovered == 1 && swept.freed == [ids[1]])
            #expect(try await store.states(ids) == [.cancelled, .queued])
        },
        Clause("in a paused queue the head is parked, and the order goes on after it") { store in
            let owner = try await store.makeUser().id
            try await store.queues.setPaused(true, queue: .default)
            let (ids, _) = try await store.accept([store.keyed(owner), store.keyed(owner)])
            store.clock.advance(by: .seconds(3))
            #expect(try await store.sweep().parked == 1)
            #expect(try await store.claimAny(ids).isEmpty)
            try await store.queues.setPaused(false, queue: .default)
            #expect(try await store.runAll(ids) == ids)
        },
    ]

    static let holding: [Clause<StoreUnderTest>] = [
        Clause("a death that holds its key lets nobody go on until the key is released, once") { store in
            let owner = try await store.makeUser().id
            let key = OrderingKey(ownerID: owner, queue: .default, text: "k")
            let (ids, _) = try await store.accept((0..<3).map { _ in store.keyed(owner, onDead: .hold) })
            let lease = try await store.claim(try await store.job(ids[0])).lease
            #expect(try await store.freed(by: .failing(lease, isFinal: true)) == nil)
            let (later, states) = try await store.accept([store.keyed(owner), store.keyed(owner, "b")])
            #expect(states == [.blocked, .queued])
            #expect(try await store.jobs.cancel(ids[1], owner: nil).ready.isEmpty)
            #expect(try await store.states(ids + [later[0]]) == [.dead, .cancelled, .blocked, .blocked])
            await #expect(throws: DomainError.conflict(.holdsNoKey)) {
                try await store.jobs.release(key, heldBy: ids[2])
            }
            #expect(try await store.jobs.release(key, heldBy: ids[0]).map(\.jobID) == [ids[2]])
            await #expect(throws: DomainError.conflict(.holdsNoKey)) {
                try await store.jobs.release(key, heldBy: ids[0])
            }
            #expect(try await store.runAll(ids + [later[0]]) == [ids[2], later[0]])
        },
        Clause("a crash loop holds its key as any death does; other ends hold nothing") { store in
            let owner = try await store.makeUser().id
            let now = store.clock.now()
            let (ids, _) = try await store.accept([
                store.keyed(owner, onDead: .hold), store.keyed(owner, onDead: .hold),
                store.keyed(owner, onDead: .hold) { $0.expiresAt = now + .seconds(30) },
                store.keyed(owner, onDead: .hold), store.keyed(owner),
            ])
            try await store.finish(.succeeding(try await store.claim(try await store.job(ids[0])).lease))
            _ = try await store.jobs.cancel(ids[1], owner: nil)
            store.clock.advance(by: .seconds(30))
            #expect(try await store.sweep().freed == [ids[3]])
            for _ in 1...3 {
                _ = try await store.claim(try await store.job(ids[3]))
                store.clock.advance(by: .seconds(11))
                #expect(try await store.sweep().freed == [])
            }
            #expect(try await store.states(ids) == [.succeeded, .cancelled, .expired, .dead, .blocked])
        },
        Clause("a retry of the job that holds the key releases it, and it runs before the others") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept((0..<3).map { _ in store.keyed(owner, onDead: .hold) })
            let lease = try await store.claim(try await store.job(ids[0])).lease
            try await store.finish(.failing(lease, isFinal: true))
            let retried = try await store.jobs.retry(ids[0], owner: nil, evenSucceeded: false)
            #expect(retried.job.state == .queued && retried.job.generation == 1)
            #expect(retried.ready.map(\.jobID) == [ids[0]])
            #expect(try await store.runAll(ids) == ids)
        },
    ]

    static let comingBack: [Clause<StoreUnderTest>] = [
        Clause("a retried job is blocked while another of its key is live, and the next when that ends") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept((0..<4).map { _ in store.keyed(owner) })
            for id in ids.prefix(2) {
                try await store.finish(.failing(try await store.claim(try await store.job(id)).lease, isFinal: true))
            }
            for id in ids.prefix(2).reversed() {
                let retried = try await store.jobs.retry(id, owner: nil, evenSucceeded: false)
                #expect(retried.job.state == .blocked && retried.job.generation == 1 && retried.ready.isEmpty)
            }
            #expect(try await store.runAll(ids) == [ids[2], ids[0], ids[1], ids[3]])
            let last = try await store.jobs.retry(ids[3], owner: nil, evenSucceeded: true)
            #expect(last.job.state == .queued && last.ready.map(\.jobID) == [ids[3]])
        },
        Clause("a job that comes back from the archive takes its place before those that wait") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept([store.keyed(owner), store.keyed(owner)])
            #expect(try await store.runAll(ids) == ids)
            let archived = try await store.jobs.find(ids).map { ArchivedJob(job: $0) }
            _ = try await store.finished.remove(archived.map { EndedVersion($0.job) })
            store.clock.advance(by: .seconds(3600))
            let (later, _) = try await store.accept((0..<2).map { _ in store.keyed(owner) })
            for archived in archived {
                let restored = try #require(try await store.jobs.restore(archived, onDead: .hold))
                #expect(restored.job.state == .blocked && restored.ready.isEmpty)
                #expect(restored.job.submission.orderingKey == "k")
            }
            let ran = try await store.runAll([later[0]])
            #expect(ran == [later[0]])
            let next = try await store.claimAny(ids + later)
            #expect(next.count == 1 && ids.contains(next[0].job.id))
            #expect(try await store.freed(by: .failing(next[0].lease, isFinal: true)) == nil, "it holds its key")
            #expect(try await store.states([later[1]]) == [.blocked])
        },
        Clause("a job that comes back alone is ready at once") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept([store.keyed(owner)])
            #expect(try await store.runAll(ids) == ids)
            let archived = ArchivedJob(job: try await store.job(ids[0]))
            _ = try await store.finished.remove([EndedVersion(archived.job)])
            let restored = try #require(try await store.jobs.restore(archived, onDead: .proceed))
            #expect(restored.job.state == .queued && restored.ready.map(\.jobID) == ids)
        },
    ]
}
