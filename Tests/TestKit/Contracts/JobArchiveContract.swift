public import MillraceDomain
import Testing

/// What holds of every `JobArchive`.
public enum JobArchiveContract {
    /// All that holds.
    public static let clauses: [Clause<any JobArchive>] = [
        Clause("an archived job is found with every field, payload and result byte for byte") { archive in
            let archived = full()
            try await archive.put([archived])
            let found = try #require(try await archive.find(archived.job.id, owner: nil))
            #expect(found == archived)
            #expect(found.job.submission.payload.text == JSONText.oddlySpelt.text)
        },
        Clause("jobs of every end are kept, with all that is optional left out") { archive in
            for (number, state) in JobState.allCases.filter(\.isTerminal).enumerated() {
                let archived = finished(UInt64(number), state: state)
                try await archive.put([archived])
                #expect(try await archive.find(archived.job.id, owner: owner(1)) == archived)
            }
        },
        Clause("the greatest payload and result are kept") { archive in
            var archived = full()
            archived.job.submission.payload = .large(bytes: 256 * 1024)
            archived.job.result = .large(bytes: 64 * 1024)
            try await archive.put([archived])
            #expect(try await archive.find(archived.job.id, owner: nil) == archived)
        },
        Clause("a job is found by its owner and by those who may see all, by nobody else") { archive in
            let archived = finished(1)
            try await archive.put([archived])
            #expect(try await archive.find(archived.job.id, owner: owner(1)) == archived)
            #expect(try await archive.find(archived.job.id, owner: owner(2)) == nil)
            #expect(try await archive.find(finished(2).job.id, owner: nil) == nil)
        },
        Clause("a hundred and thirty jobs are put at once, and none") { archive in
            let jobs = (0..<130).map { finished(UInt64($0)) }
            try await archive.put(jobs)
            try await archive.put([])
            #expect(Set(try await listed(archive)) == Set(jobs.map(\.job)))
        },
        Clause("an owner's list is newest first and its pages have no gaps and no doubles, also at equal times") {
            archive in
            let jobs = (0..<9).map { finished(UInt64($0), createdAt: ManualClock.start + .microseconds($0 / 3)) }
            try await archive.put(jobs.shuffled())
            try await archive.put([finished(100, owner: owner(2))])
            let expected = jobs.map(\.job).sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            for limit in [1, 2, 4, 9, 500] {
                #expect(try await listed(archive, limit: limit) == expected, "with pages of \(limit)")
            }
            #expect(try await listed(archive, owner: owner(3)) == [])
        },
    ]

    /// The owner that the `number`-th of a series is.
    static func owner(_ number: UInt64) -> UserID {
        UserID(SequentialIDs.id(number, series: 2))
    }

    /// An owner's whole list, once what was put can be listed.
    public static func listed(
        _ archive: any JobArchive, owner: UserID? = nil, _ filter: JobFilter = JobFilter(), limit: Int = 500
    ) async throws -> [Job] {
        try await allPages(limit: limit) { page in
            try await archive.list(owner: owner ?? Self.owner(1), filter: filter, page: page)
        }
    }

    /// An ended job of which little is known.
    public static func finished(
        _ number: UInt64, state: JobState = .dead, owner: UserID? = nil, createdAt: Timestamp = ManualClock.start,
        _ change: (inout Job) -> Void = { _ in }
    ) -> ArchivedJob {
        let id = JobID(SequentialIDs.id(number, series: 3))
        var submission = JobSubmission(kind: JobKind(stored: "noop"), maxAttempts: 25)
        submission.id = id
        submission.runAt = createdAt
        var job = Job(
            id: id, ownerID: owner ?? Self.owner(1), submission: submission, state: state, createdAt: createdAt,
            finishedAt: createdAt + .microseconds(1))
        change(&job)
        return ArchivedJob(job: job)
    }

    /// An ended job of which everything is known.
    static func full() -> ArchivedJob {
        var job = finished(1, state: .succeeded).job
        let start = ManualClock.start
        job.submission = .full(now: start)
        job.submission.id = job.id
        job.attempt = 3
        job.lostLeases = 2
        job.generation = 4
        job.cancelRequestedAt = start + .microseconds(1)
        job.progress = JobProgress(percent: 99, text: "fäst 😀")
        job.startedAt = start + .microseconds(2)
        job.finishedAt = start + .microseconds(999_999)
        job.lastError = JobErrorRecord(code: "broken", message: "It broke. 😀", at: start + .microseconds(3))
        job.result = .oddlySpelt
        return ArchivedJob(job: job, attempts: attempts, expiresAt: start + .seconds(90 * 86_400))
    }

    /// Runs of every outcome, in order.
    private static var attempts: [JobAttempt] {
        JobAttempt.Outcome.allCases.enumerated().map { number, outcome in
            let finishedAt = ManualClock.start + .microseconds(Int64(number) + 2)
            let isFailed = outcome == .failed
            return JobAttempt(
                attempt: number + 1, generation: number / 3, startedAt: ManualClock.start + .microseconds(number),
                finishedAt: finishedAt, outcome: outcome,
                error: isFailed ? JobErrorRecord(code: "broken", message: "\"It\" broke. 😀\n", at: finishedAt) : nil,
                consumer: "höst-\(number)")
        }
    }
}
