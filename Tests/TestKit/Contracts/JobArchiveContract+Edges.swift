public import MillraceDomain
import Testing

extension JobArchiveContract {
    /// What holds at the edges: empty texts, repeated batches, jobs that ended at another time, odd places.
    public static let edges: [Clause<any JobArchive>] = [
        Clause("empty texts are not absent ones") { archive in
            var job = finished(1)
            job.submission.orderingKey = ""
            job.submission.tags = [""]
            job.progress = JobProgress(percent: 0, text: "")
            job.lastError = JobErrorRecord(code: "", message: "", at: ManualClock.start)
            job.result = JSONText(stored: #""""#)
            try await archive.put([job])
            #expect(try await archive.find(job.id, owner: nil) == job)
        },
        Clause("what ends lines or strings elsewhere is kept") { archive in
            var job = finished(1)
            job.submission.orderingKey = "kunde 😀 \"7\"\\"
            job.lastError = JobErrorRecord(
                code: "broken", message: "Es ging \"kaputt\".\n\r\t\u{1}\u{7F}\u{85}\u{2028}", at: ManualClock.start)
            try await archive.put([job])
            #expect(try await archive.find(job.id, owner: nil) == job)
        },
        Clause("an interrupted batch may be repeated") { archive in
            let jobs = (1...5).map { finished($0) }
            try await archive.put(Array(jobs.prefix(3)))
            try await archive.put(jobs)
            try await archive.put(jobs)
            #expect(try await listed(archive) == jobs.reversed())
        },
        Clause("a job put again replaces what was there, whenever it ended") { archive in
            try await archive.put([full()])
            for days in [0, 1, 40, 400] as [Int64] {
                var again = finished(1)
                again.finishedAt = ManualClock.start + .seconds(days * 86_400)
                again.generation = Int(days)
                try await archive.put([again])
                #expect(try await archive.find(again.id, owner: nil) == again)
                #expect(try await listed(archive) == [again])
            }
        },
        Clause("jobs of several owners and years are put at once") { archive in
            let jobs = (0..<60 as Range<UInt64>).map { number in
                var job = finished(number, owner: owner(number % 2))
                job.finishedAt = ManualClock.start - .seconds(Int64(number) * 40 * 86_400)
                return job
            }
            try await archive.put(jobs)
            for job in jobs { #expect(try await archive.find(job.id, owner: job.ownerID) == job) }
        },
        Clause("a page begins after any place, also one where no job is, and names its end") { archive in
            try await archive.put((1...3).map { finished($0, createdAt: ManualClock.start + .milliseconds(Int64($0))) })
            let place = PagePosition(
                createdAt: ManualClock.start + .milliseconds(3), id: UniqueID(high: 0, low: 0))
            let page = try await archive.list(owner: owner(1), page: PageRequest(limit: 1, after: place))
            #expect(page.items.map(\.id) == [finished(2).id])
            #expect(page.next == page.items.first.map { PagePosition(createdAt: $0.createdAt, id: $0.id.uniqueID) })
            let all = try await archive.list(owner: owner(1), page: PageRequest(limit: 3))
            #expect(all.items.count == 3 && all.next == nil)
        },
    ]

    private static func listed(_ archive: any JobArchive) async throws -> [Job] {
        try await allPages(limit: 500) { try await archive.list(owner: owner(1), page: $0) }
    }
}
