import MillraceDomain
import Testing

extension FinishedJobsContract {
    static let removing: [Clause<StoreUnderTest>] = [
        Clause("removed jobs are gone with their runs, and nothing else is") { store in
            let owner = try await store.makeUser().id
            let gone = try await [store.job(in: .succeeded, of: owner), store.job(in: .dead, of: owner)]
            let kept = try await store.job(in: .dead, of: owner)
            let attempts = try await store.jobs.attempts(of: kept.id)
            #expect(try await store.finished.remove(gone.map { EndedVersion($0) }) == [])
            for job in gone {
                #expect(try await store.jobs.find(job.id, owner: nil) == nil)
                #expect(try await store.jobs.attempts(of: job.id) == [])
            }
            #expect(try await store.job(kept.id) == kept)
            #expect(try await store.jobs.attempts(of: kept.id) == attempts)
            #expect(try await store.finished.remove([]) == [])
        },
        Clause("a job that has gone on is not removed: neither while it runs again nor in its next end") { store in
            let owner = try await store.makeUser().id
            let dead = try await store.job(in: .dead, of: owner)
            _ = try await store.jobs.retry(dead.id, owner: nil, evenSucceeded: false)
            #expect(try await store.finished.remove([EndedVersion(dead)]) == [])
            try await store.finish(.succeeding(try await store.claim(dead).lease))
            #expect(try await store.finished.remove([EndedVersion(dead)]) == [])
            let ended = try await store.job(dead.id)
            #expect(ended.state == .succeeded)
            #expect(try await store.jobs.attempts(of: dead.id).count == 2)
            _ = try await store.finished.remove([EndedVersion(ended)])
            #expect(try await store.jobs.find(dead.id, owner: nil) == nil)
        },
        Clause("a job that has not ended is not removed, whatever is asked") { store in
            let owner = try await store.makeUser().id
            for state in JobState.allCases where !state.isTerminal {
                let job = try await store.job(in: state, of: owner)
                #expect(try await store.finished.remove([EndedVersion(job)]) == [])
                #expect(try await store.job(job.id) == job)
            }
        },
        Clause("to remove a job again, or one that never was, is no error") { store in
            let owner = try await store.makeUser().id
            let job = try await store.job(in: .dead, of: owner)
            let unknown = EndedVersion(id: store.ids.next(), ownerID: owner, generation: 0)
            for _ in 0..<2 { #expect(try await store.finished.remove([EndedVersion(job), unknown]) == []) }
        },
        Clause("jobs that an erasure has removed are named, those that others have removed are not") { store in
            let erased = try await store.job(in: .dead, of: try await store.makeUser().id)
            let other = try await store.job(in: .dead, of: try await store.makeUser("other@example.org").id)
            _ = try await store.erasures.begin(store.ids.next(), user: erased.ownerID)
            // Still here: removed like any other.
            let late = try await store.finished.remove([EndedVersion(other)])
            #expect(late == [])
            _ = try await store.erasures.removeJobs(of: erased.ownerID, limit: 10)
            let named = try await store.finished.remove([EndedVersion(erased), EndedVersion(other)])
            #expect(named == [erased.id])
        },
    ]

    static let remembering: [Clause<StoreUnderTest>] = [
        Clause("an id from outside stays known when its job has been removed") { store in
            let (own, submission) = try await removed(store, hasOwnID: true)
            let owner = own.ownerID
            let again = NewJob(id: own.id, ownerID: owner, submission: submission)
            #expect(try await store.jobs.submit([again], isAtomic: false) == [.archived])
            let other = store.newJob(owner)
            let outcomes = try await store.jobs.submit([again, other, again], isAtomic: false)
            #expect(outcomes == [.archived, .accepted(try await store.job(other.id)), .archived])
            #expect(try await store.jobs.find(own.id, owner: nil) == nil)
        },
        Clause("an atomic call that holds a known id leaves no trace of the others") { store in
            let (own, submission) = try await removed(store, hasOwnID: true)
            let other = store.newJob(own.ownerID)
            let again = NewJob(id: own.id, ownerID: own.ownerID, submission: submission)
            let outcomes = try await store.jobs.submit([other, again], isAtomic: true)
            #expect(outcomes.last == .archived)
            #expect(try await store.jobs.find([other.id, own.id]) == [])
        },
        Clause("an id that was made here is forgotten with its job") { store in
            let (job, submission) = try await removed(store, hasOwnID: false)
            let again = NewJob(id: job.id, ownerID: job.ownerID, submission: submission)
            let outcomes = try await store.jobs.submit([again], isAtomic: false)
            #expect(outcomes == [.accepted(try await store.job(job.id))])
        },
        Clause("a known id whose job has come back is that job's, and stays known when it leaves again") { store in
            let (own, submission) = try await removed(store, hasOwnID: true)
            let restored = try #require(try await store.jobs.restore(ArchivedJob(job: own), onDead: .proceed)).job
            let again = NewJob(id: own.id, ownerID: own.ownerID, submission: submission)
            #expect(try await store.jobs.submit([again], isAtomic: false) == [.existing(restored)])
            let cancelled = try await store.jobs.cancel(own.id, owner: nil).job
            _ = try await store.finished.remove([EndedVersion(cancelled)])
            #expect(try await store.jobs.submit([again], isAtomic: false) == [.archived])
        },
        Clause("a record whose id is known becomes a dead record") { store in
            let (own, submission) = try await removed(store, hasOwnID: true)
            let position = try #require(
                try await store.ingest.open([TopicPartition(topic: "millrace.jobs.default", partition: 0)]).first)
            let entry = IngestBatch.Entry(
                record: .sample(offset: 0), identity: store.ids.next(),
                job: NewJob(id: own.id, ownerID: own.ownerID, submission: submission))
            let batch = IngestBatch(position: position, nextOffset: 1, entries: [entry], dead: [])
            guard case .committed(let receipt) = try await store.ingest.ingest(batch) else {
                throw UnexpectedOutcome("a stale epoch")
            }
            #expect(receipt.accepted == 0)
            #expect(receipt.dead.map(\.reason.code) == [.idTaken])
            #expect(try await store.jobs.find(own.id, owner: nil) == nil)
        },
    ]

    /// A job that has ended and been removed, and how it was submitted.
    private static func removed(
        _ store: StoreUnderTest, hasOwnID: Bool
    ) async throws -> (job: Job, submission: JobSubmission) {
        let id: JobID = store.ids.next()
        var new = store.newJob(try await store.makeUser().id) { if hasOwnID { $0.id = id } }
        new = NewJob(id: id, ownerID: new.ownerID, submission: new.submission)
        _ = try await store.jobs.submit([new], isAtomic: false)
        let ended = try await store.jobs.cancel(id, owner: nil).job
        _ = try await store.finished.remove([EndedVersion(ended)])
        return (ended, new.submission)
    }
}
