import MillraceDomain
import Testing

extension DeadLetterRepositoryContract {
    static let sendingBack: [Clause<StoreUnderTest>] = [
        Clause("dead jobs go back in a new generation, at once or later") { store in
            let owner = try await store.makeUser().id
            let (soon, later) = (
                try await store.job(in: .dead, of: owner), try await store.job(in: .dead, of: owner)
            )
            let start = store.clock.now() + .seconds(60)
            let returned = try await store.deadLetters.sendBack([
                JobReturn(id: soon.id, generation: 0), JobReturn(id: later.id, generation: 0, startsAt: start),
            ])
            #expect(
                Set(returned) == [
                    ReturnedJob(id: soon.id, queue: .default, state: .queued),
                    ReturnedJob(id: later.id, queue: .default, state: .scheduled),
                ])
            let (first, second) = (try await store.job(soon.id), try await store.job(later.id))
            #expect(first.state == .queued && first.generation == 1 && first.attempt == 0)
            #expect(first.lastError == nil && first.finishedAt == nil)
            #expect(second.state == .scheduled && second.submission.runAt == start)
            #expect(try await store.sweep().claimed.isEmpty)
            store.clock.advance(by: .seconds(60))
            #expect(Set(try await store.sweep().claimed.map(\.job.id)) == [soon.id, later.id])
        },
        Clause("only what is dead in this very generation goes back, and only while its owner exists") { store in
            let owner = try await store.makeUser().id
            let dead = try await store.job(in: .dead, of: owner)
            let alive = try await store.submit(owner)
            let gone = try await store.makeUser("gone@example.org").id
            let orphan = try await store.job(in: .dead, of: gone)
            try await store.users.delete(gone)
            let wrong = [
                JobReturn(id: dead.id, generation: 1), JobReturn(id: alive.id, generation: 0),
                JobReturn(id: orphan.id, generation: 0), JobReturn(id: store.ids.next(), generation: 0),
            ]
            #expect(try await store.deadLetters.sendBack(wrong) == [])
            #expect(try await store.deadLetters.sendBack([JobReturn(id: dead.id, generation: 0)]).count == 1)
            #expect(try await store.deadLetters.sendBack([JobReturn(id: dead.id, generation: 0)]) == [])
        },
        Clause("a time by which a job had to start is dropped once it has passed") { store in
            let owner = try await store.makeUser().id
            let job = try await store.submit(owner) { $0.expiresAt = store.clock.now() + .seconds(5) }
            try await store.finish(.failing(store.claim(job).lease, isFinal: true))
            store.clock.advance(by: .seconds(10))
            _ = try await store.deadLetters.sendBack([JobReturn(id: job.id, generation: 0)])
            store.clock.advance(by: .seconds(3))
            #expect(try await store.sweep().claimed.map(\.job.id) == [job.id])
        },
    ]

    static let replaying: [Clause<StoreUnderTest>] = [
        Clause("a record that can be read becomes a job and is dead no more; the same identity is one job") { store in
            let owner = try await store.makeUser().id
            let (first, again) = (try await keep(store, .sample(offset: 1)), try await keep(store, .sample(offset: 2)))
            let replay = RecordReplay(id: first.id, entry: entry(store, first.record, owner))
            let outcomes = try await store.deadLetters.replay([
                replay, RecordReplay(id: again.id, entry: entry(store, again.record, owner, replay.entry.identity)),
            ])
            #expect(outcomes == [.accepted(try await store.job(replay.entry.job.id)), .duplicate])
            #expect(try await store.deadLetters.list(owner: nil, page: PageRequest()).items == [])
            #expect(try await store.deadLetters.replay([replay]) == [.gone])
            // The record comes again, and can be read by now.
            let position = try #require(try await store.ingest.open([first.record.source]).first)
            let batch = IngestBatch(position: position, nextOffset: 4, entries: [replay.entry], dead: [])
            guard case .committed(let receipt) = try await store.ingest.ingest(batch) else {
                throw UnexpectedOutcome("a stale epoch")
            }
            #expect(receipt.duplicates == 1 && receipt.accepted == 0)
        },
        Clause("a record that the store refuses stays, harms no other, and may be replayed again") { store in
            let owner = try await store.makeUser().id
            let stranger: UserID = store.ids.next()
            let taken = try await store.submit(owner, kind: "sleep")
            var records: [DeadRecord] = []
            for offset in 1...4 { records.append(try await keep(store, .sample(offset: Int64(offset)))) }
            let unknown = entry(store, records[0].record, stranger)
            let replays = [
                RecordReplay(id: records[0].id, entry: unknown),
                RecordReplay(id: records[1].id, entry: entry(store, records[1].record, owner)),
                RecordReplay(id: records[2].id, entry: entry(store, records[2].record, owner, id: taken.id)),
                // The same identity as the first, which became no job.
                RecordReplay(id: records[3].id, entry: entry(store, records[3].record, stranger, unknown.identity)),
            ]
            let outcomes = try await store.deadLetters.replay(replays)
            let codes = outcomes.map { outcome -> DeadReason.Code? in
                if case .refused(let reason) = outcome { reason.code } else { nil }
            }
            #expect(codes == [.unknownOwner, nil, .idTaken, .unknownOwner])
            let left = try await store.deadLetters.list(owner: nil, page: PageRequest()).items
            #expect(Set(left) == Set([records[0], records[2], records[3]].map { .record($0) }))
            let mended = RecordReplay(
                id: records[0].id, entry: entry(store, records[0].record, owner, unknown.identity))
            let again = try await store.deadLetters.replay([mended])
            #expect(again == [.accepted(try await store.job(mended.entry.job.id))])
        },
        Clause("of replays at the same moment each letter is replayed by one") { store in
            let owner = try await store.makeUser().id
            var (returns, replays): ([JobReturn], [RecordReplay]) = ([], [])
            for offset in 1...10 {
                returns.append(JobReturn(id: try await store.job(in: .dead, of: owner).id, generation: 0))
                let record = try await keep(store, .sample(offset: Int64(offset)))
                replays.append(RecordReplay(id: record.id, entry: entry(store, record.record, owner)))
            }
            let (jobs, records) = (returns, replays)
            let (sent, accepted) = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for round in 0..<6 {
                    group.addTask {
                        // From both ends, so that a wrong order of locks would be a deadlock.
                        let isForward = round % 2 == 0
                        let sent = try await store.deadLetters.sendBack(isForward ? jobs : jobs.reversed())
                        let outcomes = try await store.deadLetters.replay(isForward ? records : records.reversed())
                        return (sent.count, outcomes.count { if case .accepted = $0 { true } else { false } })
                    }
                }
                return try await group.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
            }
            #expect(sent == 10 && accepted == 10)
            let states = try await store.jobs.states(of: jobs.map(\.id) + records.map(\.entry.job.id))
            #expect(states.count == 20 && states.values.allSatisfy { $0 == .queued })
            for job in jobs { #expect(try await store.job(job.id).generation == 1) }
            #expect(try await store.deadLetters.list(owner: nil, page: PageRequest()).items == [])
        },
    ]

    static func allCandidates(_ store: StoreUnderTest, limit: Int) async throws -> [ReplayCandidate] {
        var (all, position): ([ReplayCandidate], PagePosition?) = ([], nil)
        repeat {
            let page = try await store.deadLetters.candidates(DeadLetterFilter(), after: position, limit: limit)
            #expect(page.items.count <= limit)
            all += page.items
            position = page.next
        } while position != nil
        return all
    }

    private static func entry(
        _ store: StoreUnderTest, _ record: SourceRecord, _ owner: UserID, _ identity: UniqueID? = nil,
        id: JobID? = nil
    ) -> IngestBatch.Entry {
        IngestBatch.Entry(
            record: record, identity: identity ?? store.ids.next(), job: store.newJob(owner) { $0.id = id })
    }
}
