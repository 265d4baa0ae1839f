import MillraceDomain
import Testing

extension DeadLetterRepositoryContract {
    static let inOrder: [Clause<StoreUnderTest>] = [
        Clause("a dead job with an ordering key is told apart, and never sent back together with others") { store in
            let owner = try await store.makeUser().id
            let (ids, _) = try await store.accept([store.keyed(owner, onDead: .hold), store.keyed(owner)])
            try await store.finish(.failing(try await store.claim(try await store.job(ids[0])).lease, isFinal: true))
            let free = try await store.job(in: .dead, of: owner)
            let alone = try await allCandidates(store, limit: 10).reduce(into: [JobID: Bool]()) { alone, letter in
                if case .job(let id, _, _, let isAlone) = letter { alone[id] = isAlone }
            }
            #expect(alone == [ids[0]: true, free.id: false])
            let returned = try await store.deadLetters.sendBack([
                JobReturn(id: ids[0], generation: 0), JobReturn(id: free.id, generation: 0),
            ])
            #expect(returned.map(\.id) == [free.id])
            #expect(try await store.states(ids) == [.dead, .blocked])
        },
        Clause("records of one key that are replayed take their places in the order given, behind those in front") {
            store in
            let owner = try await store.makeUser().id
            let (front, _) = try await store.accept([store.keyed(owner)])
            let jobs = [
                store.keyed(owner, onDead: .hold), store.keyed(owner), store.keyed(owner, "b"), store.keyed(owner, "b"),
            ]
            var replays: [RecordReplay] = []
            for (offset, job) in jobs.enumerated() {
                let record = try await keep(store, .sample(offset: Int64(offset)))
                let entry = IngestBatch.Entry(record: record.record, identity: store.ids.next(), job: job)
                replays.append(RecordReplay(id: record.id, entry: entry))
            }
            let states = try await store.deadLetters.replay(replays).map { outcome -> JobState? in
                if case .accepted(let job) = outcome { job.state } else { nil }
            }
            #expect(states == [.blocked, .blocked, .queued, .blocked])
            #expect(try await store.runAll(front) == front)
            // What its death means was kept with it.
            let lease = try await store.claim(try await store.job(jobs[0].id)).lease
            #expect(try await store.freed(by: .failing(lease, isFinal: true)) == nil)
            #expect(try await store.states(jobs.map(\.id)) == [.dead, .blocked, .queued, .blocked])
            #expect(try await store.runAll(jobs[2...].map(\.id)) == jobs[2...].map(\.id))
        },
        Clause("of keyed records of which the store refuses one the others keep their order") { store in
            let owner = try await store.makeUser().id
            let jobs = [store.keyed(owner), store.keyed(store.ids.next()), store.keyed(owner)]
            var replays: [RecordReplay] = []
            for (offset, job) in jobs.enumerated() {
                let record = try await keep(store, .sample(offset: Int64(offset)))
                let entry = IngestBatch.Entry(record: record.record, identity: store.ids.next(), job: job)
                replays.append(RecordReplay(id: record.id, entry: entry))
            }
            let outcomes = try await store.deadLetters.replay(replays)
            let isRefused = outcomes.map { if case .refused = $0 { true } else { false } }
            #expect(isRefused == [false, true, false])
            let ids = [jobs[0].id, jobs[2].id]
            #expect(try await store.states(ids) == [.queued, .blocked])
            #expect(try await store.runAll(ids) == ids)
        },
    ]
}
