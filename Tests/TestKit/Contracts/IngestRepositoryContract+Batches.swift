import MillraceDomain
import Testing

extension IngestRepositoryContract {
    static let accepting: [Clause<StoreUnderTest>] = [
        Clause("submissions become jobs like any other, and those that may run are named") { store in
            let owner = try await store.makeUser().id
            let now = store.clock.now()
            let ready = store.newJob(owner) { $0 = .full(now: now) }
            let scheduled = store.newJob(owner) { $0.runAt = now + .seconds(60) }
            let receipt = try await ingest(
                store, at: try await open(store),
                [
                    entry(0, ready, identity: store.ids.next()), entry(1, scheduled, identity: store.ids.next()),
                ])
            #expect(receipt.ready == [ready.id])
            #expect((receipt.accepted, receipt.duplicates, receipt.dead) == (2, 0, []))
            var expected = Job(
                id: ready.id, ownerID: owner, submission: ready.submission, state: .queued, createdAt: now)
            expected.submission.id = ready.id
            #expect(try await store.job(ready.id) == expected)
            #expect(try await store.job(scheduled.id).state == .scheduled)
        },
        Clause("a batch that asks for nothing moves the offset") { store in
            _ = try await ingest(store, at: try await open(store), [])
            #expect(try await open(store).nextOffset == 1)
        },
        Clause("a batch of a thousand is written whole") { store in
            let owner = try await store.makeUser().id
            let entries = (0..<1000).map { entry($0, store.newJob(owner), identity: store.ids.next()) }
            let receipt = try await ingest(store, at: try await open(store), entries)
            #expect(receipt.accepted == 1000)
            #expect(Set(receipt.ready) == Set(entries.map(\.job.id)))
            #expect(try await open(store).nextOffset == 1000)
        },
        Clause("an ingested job that nobody is told of is swept") { store in
            let job = store.newJob(try await store.makeUser().id)
            let position = try await open(store)
            _ = try await ingest(store, at: position, [entry(0, job, identity: store.ids.next())])
            store.clock.advance(by: .seconds(3))
            #expect(try await store.sweep().claimed.map(\.job.id) == [job.id])
        },
    ]

    static let repeating: [Clause<StoreUnderTest>] = [
        Clause("the same identity again is a duplicate: in one batch, in the next, from another partition") { store in
            let owner = try await store.makeUser().id
            let identity = store.ids.next()
            let job = store.newJob(owner)
            let position = try await open(store)
            let receipt = try await ingest(
                store, at: position,
                [
                    entry(0, job, identity: identity), entry(1, store.newJob(owner), identity: identity),
                ])
            #expect((receipt.accepted, receipt.duplicates, receipt.ready) == (1, 1, [job.id]))
            let next = try await ingest(store, at: position, [entry(2, store.newJob(owner), identity: identity)])
            #expect((next.accepted, next.duplicates, next.ready) == (0, 1, []))
            let other = TopicPartition(topic: "millrace.jobs.other", partition: 3)
            let elsewhere = try #require(try await store.ingest.open([other]).first)
            let batch = IngestBatch(
                position: elsewhere, nextOffset: 1, entries: [entry(0, job, identity: identity)], dead: [])
            guard case .committed(let last) = try await store.ingest.ingest(batch) else {
                throw UnexpectedOutcome("a stale epoch")
            }
            #expect((last.accepted, last.duplicates) == (0, 1))
            #expect(try await store.jobs.list(JobFilter(), page: PageRequest()).items.map(\.id) == [job.id])
        },
        Clause("an identity is known for days, whatever becomes of its job") { store in
            let owner = try await store.makeUser().id
            let identity = store.ids.next()
            let position = try await open(store)
            let first = store.newJob(owner)
            _ = try await ingest(store, at: position, [entry(0, first, identity: identity)])
            _ = try await store.jobs.cancel(first.id, owner: nil)
            _ = try await store.finished.remove([EndedVersion(try await store.job(first.id))])
            for day in 1...5 as ClosedRange<Int64> {
                store.clock.advance(by: .seconds(86_400))
                let (again, other) = (store.newJob(owner), store.newJob(owner))
                let receipt = try await ingest(
                    store, at: position,
                    [entry(2 * day, again, identity: identity), entry(2 * day + 1, other, identity: store.ids.next())])
                #expect((receipt.accepted, receipt.duplicates, receipt.ready) == (1, 1, [other.id]))
            }
        },
        Clause("a submission that was refused may come again") { store in
            let identity = store.ids.next()
            let position = try await open(store)
            let unknown = try await ingest(
                store, at: position, [entry(0, store.newJob(store.ids.next()), identity: identity)])
            #expect((unknown.accepted, unknown.dead.count) == (0, 1))
            let job = store.newJob(try await store.makeUser().id)
            #expect(try await ingest(store, at: position, [entry(1, job, identity: identity)]).accepted == 1)
            #expect(try await ingest(store, at: position, [entry(2, job, identity: identity)]).duplicates == 1)
        },
        Clause("a duplicate changes nothing of the job, however far that has come") { store in
            let job = store.newJob(try await store.makeUser().id)
            let position = try await open(store)
            let entries = [entry(0, job, identity: store.ids.next())]
            _ = try await ingest(store, at: position, entries)
            let claimed = try await store.claim(try await store.job(job.id))
            try await store.finish(.succeeding(claimed.lease))
            let before = try await store.job(job.id)
            #expect(try await ingest(store, at: position, entries).duplicates == 1)
            #expect(try await store.job(job.id) == before)
        },
        Clause("a job submitted before under the same id with the same content is a duplicate") { store in
            let owner = try await store.makeUser().id
            let job = try await store.submit(owner)
            let again = NewJob(id: job.id, ownerID: owner, submission: job.submission)
            let receipt = try await ingest(
                store, at: try await open(store),
                [
                    entry(0, again, identity: store.ids.next())
                ])
            #expect((receipt.accepted, receipt.duplicates, receipt.dead) == (0, 1, []))
        },
    ]

    static let burying: [Clause<StoreUnderTest>] = [
        Clause("records that could not be understood are kept with every byte") { store in
            let headers = [
                SourceRecord.Header(name: "ce_id", value: Array("😀".utf8)),
                SourceRecord.Header(name: "ce_id", value: [0xFF, 0x00, 0xFE]),
                SourceRecord.Header(name: "", value: []), SourceRecord.Header(name: "nil", value: nil),
            ]
            let records = [
                SourceRecord(
                    source: source, offset: 5, timestamp: ManualClock.start, key: [0x00, 0xFF],
                    value: Array(0...255), headers: headers),
                SourceRecord(source: source, offset: 6, timestamp: nil, key: nil, value: nil, headers: []),
                SourceRecord(source: source, offset: .max - 1, timestamp: nil, key: [], value: [], headers: []),
            ]
            let reason = DeadReason(.malformedJSON, "Not JSON: “\u{1F600}”")
            let batch = IngestBatch(
                position: try await open(store), nextOffset: .max, entries: [],
                dead: records.map { .init(record: $0, reason: reason) })
            guard case .committed(let receipt) = try await store.ingest.ingest(batch) else {
                throw UnexpectedOutcome("a stale epoch")
            }
            #expect(receipt.dead.map(\.record) == records)
            #expect(receipt.dead.allSatisfy { $0.reason == reason && $0.createdAt == store.clock.now() })
            let letters = try await store.deadLetters.list(owner: nil, page: PageRequest()).items
            #expect(Set(letters) == Set(receipt.dead.map { .record($0) }))
        },
        Clause("every reason is kept") { store in
            let position = try await open(store)
            let dead = DeadReason.Code.allCases.map { code in
                IngestBatch.DeadEntry(record: .sample(source, offset: 0), reason: DeadReason(code, "Why."))
            }
            let batch = IngestBatch(position: position, nextOffset: 1, entries: [], dead: dead)
            _ = try await store.ingest.ingest(batch)
            let letters = try await store.deadLetters.list(owner: nil, page: PageRequest()).items
            let codes = letters.compactMap { letter in
                if case .record(let record) = letter { record.reason.code } else { nil }
            }
            #expect(Set(codes) == Set(DeadReason.Code.allCases))
        },
        Clause("a submission whose id has other content is kept as a dead record, its neighbours are jobs") { store in
            let owner = try await store.makeUser().id
            let taken = try await store.submit(owner)
            let unlike = NewJob(id: taken.id, ownerID: owner, submission: store.newJob(owner, kind: "sleep").submission)
            let (before, after) = (store.newJob(owner), store.newJob(owner))
            let refused = entry(1, unlike, identity: store.ids.next())
            let receipt = try await ingest(
                store, at: try await open(store),
                [
                    entry(0, before, identity: store.ids.next()), refused, entry(2, after, identity: store.ids.next()),
                ])
            #expect((receipt.accepted, receipt.duplicates) == (2, 0))
            #expect(Set(receipt.ready) == [before.id, after.id])
            #expect(receipt.dead.map(\.record) == [refused.record])
            #expect(receipt.dead.map(\.reason.code) == [.idTaken])
            #expect(try await store.job(taken.id) == taken)
        },
        Clause("a submission of an unknown owner is kept as a dead record with its bytes, its neighbours are jobs") {
            store in
            let owner = try await store.makeUser().id
            let (before, after) = (store.newJob(owner), store.newJob(owner))
            let refused = entry(1, store.newJob(store.ids.next()), identity: store.ids.next())
            let receipt = try await ingest(
                store, at: try await open(store),
                [
                    entry(0, before, identity: store.ids.next()), refused, entry(2, after, identity: store.ids.next()),
                ])
            #expect(receipt.accepted == 2)
            #expect(Set(receipt.ready) == [before.id, after.id])
            #expect(receipt.dead.map(\.record) == [refused.record])
            #expect(receipt.dead.map(\.reason.code) == [.unknownOwner])
            let letters = try await store.deadLetters.list(owner: nil, page: PageRequest()).items
            #expect(letters == receipt.dead.map { .record($0) })
            #expect(try await open(store).nextOffset == 3)
        },
        Clause("whose key is held is a duplicate if that job is its answer, and a dead record if it is refused") {
            store in
            let owner = try await store.makeUser().id
            let forever = try await store.job(in: .succeeded, of: owner) {
                $0.unique = .init(key: "f", scope: .forever)
            }
            _ = try await store.finished.remove([EndedVersion(forever)])
            let claims = [
                UniqueClaim(key: "k"), UniqueClaim(key: "k"), UniqueClaim(key: "k", onConflict: .reject),
                UniqueClaim(key: "f"), UniqueClaim(key: "f", onConflict: .replace),
            ]
            let entries = claims.enumerated().map { index, claim in
                entry(Int64(index), store.newJob(owner) { $0.unique = claim }, identity: store.ids.next())
            }
            let receipt = try await ingest(store, at: try await open(store), entries)
            #expect((receipt.accepted, receipt.duplicates) == (1, 2))
            #expect(receipt.ready == [entries[0].job.id])
            #expect(receipt.dead.map(\.record) == [entries[2].record, entries[4].record])
            #expect(receipt.dead.allSatisfy { $0.reason.code == .uniqueConflict })
        },
        Clause("two submissions of one id and unlike content in one batch: the first is the job") { store in
            let owner = try await store.makeUser().id
            let first = store.newJob(owner)
            let second = NewJob(id: first.id, ownerID: owner, submission: store.newJob(owner, kind: "sleep").submission)
            let receipt = try await ingest(
                store, at: try await open(store),
                [
                    entry(0, first, identity: store.ids.next()), entry(1, second, identity: store.ids.next()),
                ])
            #expect(receipt.accepted == 1)
            #expect(receipt.dead.map(\.reason.code) == [.idTaken])
            #expect(try await store.job(first.id).submission.kind.text == "noop")
        },
    ]
}
