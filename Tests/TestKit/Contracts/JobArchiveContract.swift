public import MillraceDomain
import Testing

/// What holds of every `JobArchive`.
public enum JobArchiveContract {
    /// All that holds.
    public static let clauses: [Clause<any JobArchive>] = [
        Clause("an archived job is found with every field, payload and result byte for byte") { archive in
            let job = full()
            try await archive.put([job])
            let found = try #require(try await archive.find(job.id, owner: nil))
            #expect(found == job)
            #expect(found.submission.payload.text == JSONText.oddlySpelt.text)
        },
        Clause("jobs of every end are kept, with all that is optional left out") { archive in
            for (number, state) in JobState.allCases.filter(\.isTerminal).enumerated() {
                let job = finished(UInt64(number), state: state)
                try await archive.put([job])
                #expect(try await archive.find(job.id, owner: job.ownerID) == job)
            }
        },
        Clause("the greatest payload and result are kept") { archive in
            var job = full()
            job.submission.payload = .large(bytes: 256 * 1024)
            job.result = .large(bytes: 64 * 1024)
            try await archive.put([job])
            #expect(try await archive.find(job.id, owner: nil) == job)
        },
        Clause("a job is found by its owner and by those who may see all, by nobody else") { archive in
            let job = finished(1)
            try await archive.put([job])
            #expect(try await archive.find(job.id, owner: job.ownerID) == job)
            #expect(try await archive.find(job.id, owner: owner(2)) == nil)
            #expect(try await archive.find(finished(2).id, owner: nil) == nil)
        },
        Clause("putting a job again replaces it") { archive in
            var job = finished(1)
            try await archive.put([job])
            job.generation = 1
            job.state = .succeeded
            job.result = JSONText(stored: "2")
            try await archive.put([job])
            #expect(try await archive.find(job.id, owner: nil) == job)
            #expect(try await archive.list(owner: job.ownerID, page: PageRequest()).items == [job])
        },
        Clause("a hundred and thirty jobs are put at once, and none") { archive in
            let jobs = (0..<130).map { finished(UInt64($0)) }
            try await archive.put(jobs)
            try await archive.put([])
            let listed = try await archive.list(owner: owner(1), page: PageRequest(limit: 500))
            #expect(Set(listed.items) == Set(jobs))
            #expect(listed.next == nil)
        },
        Clause("an owner's list is newest first and its pages have no gaps and no doubles, also at equal times") {
            archive in
            let jobs = (0..<9).map { finished(UInt64($0), createdAt: ManualClock.start + .microseconds($0 / 3)) }
            try await archive.put(jobs.shuffled())
            try await archive.put([finished(100, owner: owner(2))])
            let expected = jobs.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            for limit in [1, 2, 4, 9, 500] {
                let listed = try await allPages(limit: limit) { page in
                    try await archive.list(owner: owner(1), page: page)
                }
                #expect(listed == expected, "with pages of \(limit)")
            }
            #expect(try await archive.list(owner: owner(3), page: PageRequest()).items == [])
        },
    ]

    /// The owner that the `number`-th of a series is.
    static func owner(_ number: UInt64) -> UserID {
        UserID(SequentialIDs.id(number, series: 2))
    }

    /// A finished job of which little is known.
    public static func finished(
        _ number: UInt64, state: JobState = .dead, owner: UserID? = nil, createdAt: Timestamp = ManualClock.start
    ) -> Job {
        let id = JobID(SequentialIDs.id(number, series: 3))
        var submission = JobSubmission(kind: JobKind(stored: "noop"), maxAttempts: 25)
        submission.id = id
        submission.runAt = createdAt
        return Job(
            id: id, ownerID: owner ?? Self.owner(1), submission: submission, state: state, createdAt: createdAt,
            finishedAt: createdAt + .microseconds(1))
    }

    /// A finished job of which everything is known.
    static func full() -> Job {
        var job = finished(1, state: .succeeded)
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
        return job
    }
}
