public import MillraceDomain
import Testing

extension JobArchiveContract {
    /// What holds at the edges: empty texts, repeated batches, generations, odd places.
    public static let edges: [Clause<any JobArchive>] = [
        Clause("empty texts are not absent ones") { archive in
            let archived = finished(1) { job in
                job.submission.orderingKey = ""
                job.submission.tags = [""]
                job.progress = JobProgress(percent: 0, text: "")
                job.lastError = JobErrorRecord(code: "", message: "", at: ManualClock.start)
                job.result = JSONText(stored: #""""#)
            }
            try await archive.put([archived])
            #expect(try await archive.find(archived.job.id, owner: nil) == archived)
        },
        Clause("what ends lines or strings elsewhere is kept") { archive in
            let archived = finished(1) { job in
                job.submission.orderingKey = "kunde 😀 \"7\"\\"
                job.lastError = JobErrorRecord(
                    code: "broken", message: "Es ging \"kaputt\".\n\r\t\u{1}\u{7F}\u{85}\u{2028}",
                    at: ManualClock.start)
            }
            try await archive.put([archived])
            #expect(try await archive.find(archived.job.id, owner: nil) == archived)
        },
        Clause("an interrupted batch may be repeated") { archive in
            let jobs = (1...5).map { finished($0) }
            try await archive.put(Array(jobs.prefix(3)))
            try await archive.put(jobs)
            try await archive.put(jobs)
            #expect(try await listed(archive) == jobs.reversed().map(\.job))
        },
        Clause("of several generations the latest counts, in whatever order they were put") { archive in
            let generations = (0...3).map { generation in
                finished(1, state: generation == 3 ? .succeeded : .dead) { job in
                    job.generation = generation
                    job.finishedAt = ManualClock.start + .seconds(Int64(generation) * 40 * 86_400)
                }
            }
            for generation in [1, 0, 3, 2] { try await archive.put([generations[generation]]) }
            #expect(try await archive.find(generations[3].job.id, owner: nil) == generations[3])
            #expect(try await listed(archive) == [generations[3].job])
            var dead = JobFilter()
            dead.state = .dead
            #expect(try await listed(archive, dead) == [])
        },
        Clause("jobs of several owners and years are put at once, expiring soon, late and never") { archive in
            let jobs = (0..<60 as Range<UInt64>).map { number in
                var archived = finished(number, owner: owner(number % 2)) { job in
                    job.finishedAt = ManualClock.start - .seconds(Int64(number) * 40 * 86_400)
                }
                let lifetime = Duration.seconds(Int64(number) * 100 * 86_400)
                archived.expiresAt = number % 7 == 0 ? nil : ManualClock.start + .seconds(86_400) + lifetime
                return archived
            }
            try await archive.put(jobs)
            for archived in jobs {
                #expect(try await archive.find(archived.job.id, owner: archived.job.ownerID) == archived)
            }
        },
        Clause("a page begins after any place, also one where no job is, and names its end") { archive in
            try await archive.put((1...3).map { finished($0, createdAt: ManualClock.start + .milliseconds(Int64($0))) })
            let place = PagePosition(
                createdAt: ManualClock.start + .milliseconds(3), id: UniqueID(high: 0, low: 0))
            let page = try await archive.list(
                owner: owner(1), filter: JobFilter(), page: PageRequest(limit: 1, after: place))
            #expect(page.items.map(\.id) == [finished(2).job.id])
            #expect(page.next == page.items.first.map { PagePosition(createdAt: $0.createdAt, id: $0.id.uniqueID) })
            let all = try await archive.list(owner: owner(1), filter: JobFilter(), page: PageRequest(limit: 3))
            #expect(all.items.count == 3 && all.next == nil)
        },
    ]
}
