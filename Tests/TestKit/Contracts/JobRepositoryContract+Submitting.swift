import MillraceDomain
import Testing

extension JobRepositoryContract {
    static let accepting: [Clause<StoreUnderTest>] = [
        Clause("an accepted job is found with every field as it was sent") { store in
            let owner = try await store.makeUser().id
            let new = store.newJob(owner) { $0 = .full(now: store.clock.now()) }
            var expected = Job(
                id: new.id, ownerID: owner, submission: new.submission, state: .queued,
                createdAt: store.clock.now())
            expected.submission.id = new.id
            #expect(try await store.jobs.submit([new], isAtomic: false) == [.accepted(expected)])
            let found = try await store.job(new.id)
            #expect(found == expected)
            #expect(found.submission.payload.text == JSONText.oddlySpelt.text)
        },
        Clause("a submission that leaves everything open is filled in with its id and a start at once") { store in
            let job = try await store.submit(try await store.makeUser().id)
            #expect(job.submission.id == job.id)
            #expect(job.submission.runAt == job.createdAt)
            #expect(job.submission.maxAttempts == 25)
            #expect((job.attempt, job.lostLeases, job.generation) == (0, 0, 0))
            #expect(job.startedAt == nil && job.finishedAt == nil && job.nextAttemptAt == nil)
            #expect(job.lastError == nil && job.result == nil && job.progress == nil)
            #expect(try await store.job(job.id) == job)
        },
        Clause("payloads of every kind and of 256 KiB are kept byte for byte") { store in
            let owner = try await store.makeUser().id
            let texts = ["null", "true", "-0", "1E400", "\"\"", "[]", "{}", "[ ]", "\"\\u0000\"", "\"\\ud83d\\ude00\""]
            for payload in texts.map({ JSONText(stored: $0) }) + [.large(bytes: 256 * 1024)] {
                let job = try await store.submit(owner) { $0.payload = payload }
                let kept = try await store.job(job.id).submission.payload
                #expect(kept == payload, "\(payload.bytes.count) bytes")
            }
        },
        Clause("a job that starts later is scheduled, one that starts now or should have is queued") { store in
            let owner = try await store.makeUser().id
            let now = store.clock.now()
            for (offset, state) in [(1, JobState.scheduled), (0, .queued), (-1, .queued)] {
                let job = try await store.submit(owner) { $0.runAt = now + .microseconds(offset) }
                #expect(job.state == state, "\(offset) µs from now")
                #expect(job.submission.runAt == now + .microseconds(offset))
            }
        },
        Clause("the same id with the same content is the same job, wherever that stands by then") { store in
            let owner = try await store.makeUser().id
            for state in JobState.allCases {
                let job = try await store.job(in: state, of: owner)
                store.clock.advance(by: .seconds(1))
                let again = NewJob(id: job.id, ownerID: owner, submission: job.submission)
                #expect(try await store.jobs.submit([again], isAtomic: false) == [.existing(job)], "\(state)")
            }
        },
        Clause("an id that occurs twice in one call is one job") { store in
            let owner = try await store.makeUser().id
            let new = store.newJob(owner)
            let other = NewJob(id: new.id, ownerID: owner, submission: store.newJob(owner, kind: "sleep").submission)
            let outcomes = try await store.jobs.submit([new, new, other], isAtomic: false)
            let job = try await store.job(new.id)
            #expect(outcomes == [.accepted(job), .existing(job), .idTaken])
            #expect(job.submission.kind.text == "noop")
        },
        Clause("of many submissions of one id at once, one is accepted and the rest are told of it") { store in
            let new = store.newJob(try await store.makeUser().id)
            let outcomes = await withTaskGroup(of: [SubmitOutcome].self) { group in
                for _ in 0..<16 {
                    group.addTask { (try? await store.jobs.submit([new], isAtomic: false)) ?? [] }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            let job = try await store.job(new.id)
            #expect(outcomes.filter { $0 == .accepted(job) }.count == 1)
            #expect(outcomes.filter { $0 == .existing(job) }.count == 15)
        },
        Clause("a thousand jobs are accepted in the order given, and none is") { store in
            let owner = try await store.makeUser().id
            let new = (0..<1000).map { _ in store.newJob(owner) }
            let outcomes = try await store.jobs.submit(new, isAtomic: true)
            let accepted = outcomes.compactMap { outcome in
                if case .accepted(let job) = outcome { job.id } else { nil }
            }
            #expect(accepted == new.map(\.id))
            #expect(try await store.jobs.states(of: new.map(\.id)).count == 1000)
            #expect(try await store.jobs.submit([], isAtomic: false) == [])
        },
    ]

    static let refusing: [Clause<StoreUnderTest>] = [
        Clause("an id belongs to one content and one owner; its job stays as it was") { store in
            let owner = try await store.makeUser().id
            let other = try await store.makeUser("other@example.org").id
            let job = try await store.submit(owner) { $0.payload = JSONText(stored: "1") }
            var otherPayload = job.submission
            otherPayload.payload = JSONText(stored: "1.0")
            let submissions = [
                NewJob(id: job.id, ownerID: owner, submission: otherPayload),
                NewJob(id: job.id, ownerID: other, submission: job.submission),
            ]
            #expect(try await store.jobs.submit(submissions, isAtomic: false) == [.idTaken, .idTaken])
            #expect(try await store.job(job.id) == job)
        },
        Clause("an unknown owner's job is refused, its neighbours are accepted") { store in
            let owner = try await store.makeUser().id
            let new = [store.newJob(owner), store.newJob(store.ids.next()), store.newJob(owner)]
            let outcomes = try await store.jobs.submit(new, isAtomic: false)
            let (first, last) = (try await store.job(new[0].id), try await store.job(new[2].id))
            #expect(outcomes == [.accepted(first), .unknownOwner, .accepted(last)])
            #expect(try await store.jobs.find(new[1].id, owner: nil) == nil)
        },
        Clause("an atomic call that holds one bad job leaves no trace of the others") { store in
            let owner = try await store.makeUser().id
            let taken = try await store.submit(owner)
            let stranger: UserID = store.ids.next()
            let unlike = NewJob(id: taken.id, ownerID: owner, submission: store.newJob(owner, kind: "sleep").submission)
            for (bad, outcome) in [(store.newJob(stranger), SubmitOutcome.unknownOwner), (unlike, .idTaken)] {
                let new = [store.newJob(owner), bad, store.newJob(owner)]
                let outcomes = try await store.jobs.submit(new, isAtomic: true)
                #expect(outcomes.count == 3 && outcomes[1] == outcome)
                #expect(try await store.jobs.find(new[0].id, owner: nil) == nil)
                #expect(try await store.jobs.find(new[2].id, owner: nil) == nil)
            }
            #expect(try await store.job(taken.id) == taken)
        },
        Clause("an atomic call accepts what is new beside what was there") { store in
            let owner = try await store.makeUser().id
            let old = try await store.submit(owner)
            let new = store.newJob(owner)
            let again = NewJob(id: old.id, ownerID: owner, submission: old.submission)
            let outcomes = try await store.jobs.submit([again, new], isAtomic: true)
            #expect(outcomes == [.existing(old), .accepted(try await store.job(new.id))])
        },
    ]
}
