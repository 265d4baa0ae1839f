public import MillraceDomain
import Testing

extension JobArchiveContract {
    /// What holds of filters and erasures.
    public static let listing: [Clause<any JobArchive>] = [
        Clause("every filter restricts the list to the jobs that pass it, page by page") { archive in
            let jobs = (0..<24 as Range<UInt64>).map { number in
                let states = JobState.allCases.filter(\.isTerminal)
                return finished(
                    number, state: states[Int(number) % 4], createdAt: ManualClock.start + .seconds(Int64(number))
                ) { job in
                    job.submission.queue = QueueName(stored: number % 3 == 0 ? "slow" : "default")
                    job.submission.kind = JobKind(stored: number % 5 == 0 ? "mail.send" : "noop")
                    job.submission.orderingKey = number % 2 == 0 ? "kunde" : nil
                    job.submission.tags = number % 6 == 0 ? ["red", "blue"] : ["blue"]
                }
            }
            try await archive.put(jobs)
            for filter in filters {
                let expected = jobs.map(\.job).filter(filter.passes).sorted { $0.createdAt > $1.createdAt }
                #expect(!expected.isEmpty)
                for limit in [2, 500] {
                    #expect(try await listed(archive, filter, limit: limit) == expected, "\(filter) by \(limit)")
                }
            }
        },
        Clause("an owner's jobs are erased in all their generations, nobody else's") { archive in
            let mine = (0..<130 as Range<UInt64>).map { finished($0) }
            let again = finished(7, state: .succeeded) { $0.generation = 1 }
            let other = finished(500, owner: owner(2))
            try await archive.put(mine)
            try await archive.put([again, other])
            var removed = 0
            for _ in 0..<200 {
                let some = try await archive.erase(owner: owner(1))
                removed += some
                if some == 0 { break }
            }
            #expect(removed == mine.count)
            #expect(try await listed(archive) == [])
            for archived in mine { #expect(try await archive.find(archived.job.id, owner: nil) == nil) }
            #expect(try await listed(archive, owner: owner(2)) == [other.job])
            #expect(try await archive.erase(owner: owner(3)) == 0)
        },
        Clause("single jobs are erased in all their generations, and unknown ones are no error") { archive in
            let jobs = (1...3).map { finished($0) }
            try await archive.put(jobs)
            try await archive.put([finished(2) { $0.generation = 1 }])
            try await archive.erase([jobs[0].job.id, jobs[1].job.id, finished(99).job.id])
            try await archive.erase([])
            #expect(try await listed(archive) == [jobs[2].job])
            #expect(try await archive.find(jobs[1].job.id, owner: nil) == nil)
        },
    ]

    private static var filters: [JobFilter] {
        let start = ManualClock.start
        let changes: [(inout JobFilter) -> Void] = [
            { $0.state = .dead }, { $0.state = .succeeded }, { $0.queue = QueueName(stored: "slow") },
            { $0.kind = JobKind(stored: "mail.send") }, { $0.orderingKey = "kunde" }, { $0.tag = "red" },
            { $0.createdAfter = start + .seconds(20) }, { $0.createdBefore = start + .seconds(3) },
            {
                ($0.createdAfter, $0.createdBefore) = (start + .seconds(4), start + .seconds(16))
                ($0.state, $0.queue) = (.succeeded, QueueName(stored: "default"))
            },
            { ($0.state, $0.tag, $0.orderingKey) = (.succeeded, "red", "kunde") },
        ]
        return changes.map { change in
            var filter = JobFilter()
            change(&filter)
            return filter
        }
    }
}
