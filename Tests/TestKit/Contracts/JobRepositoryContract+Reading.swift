import MillraceDomain
import Testing

extension JobRepositoryContract {
    static let finding: [Clause<StoreUnderTest>] = [
        Clause("a job is found by its owner and by those who may see all, by nobody else") { store in
            let owner = try await store.makeUser().id
            let other = try await store.makeUser("other@example.org").id
            let job = try await store.submit(owner)
            #expect(try await store.jobs.find(job.id, owner: owner) == job)
            #expect(try await store.jobs.find(job.id, owner: nil) == job)
            #expect(try await store.jobs.find(job.id, owner: other) == nil)
            #expect(try await store.jobs.find(store.ids.next(), owner: nil) == nil)
        },
        Clause("states are told of the jobs that exist") { store in
            let owner = try await store.makeUser().id
            var expected: [JobID: JobState] = [:]
            // The expired one first: its sweep would take up the others.
            for state in JobState.allCases.reversed() {
                expected[try await store.job(in: state, of: owner).id] = state
            }
            let unknown: JobID = store.ids.next()
            #expect(try await store.jobs.states(of: Array(expected.keys) + [unknown]) == expected)
            #expect(try await store.jobs.states(of: []) == [:])
        },
        Clause("a job that does not exist has no attempts, one that never ran neither") { store in
            let job = try await store.submit(try await store.makeUser().id)
            #expect(try await store.jobs.attempts(of: job.id) == [])
            #expect(try await store.jobs.attempts(of: store.ids.next()) == [])
        },
    ]

    static let listing: [Clause<StoreUnderTest>] = [
        Clause("a list is newest first and its pages have no gaps and no doubles, also at equal times") { store in
            let owner = try await store.makeUser().id
            var jobs: [Job] = []
            for number in 0..<11 {
                if number % 4 == 0 { store.clock.advance(by: .microseconds(1)) }
                jobs.append(try await store.submit(owner))
            }
            let expected = jobs.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            for limit in [1, 2, 3, 11, 500] {
                let listed = try await allPages(limit: limit) { page in
                    try await store.jobs.list(JobFilter(), page: page)
                }
                #expect(listed == expected, "with pages of \(limit)")
            }
        },
        Clause("a page that ends where the list ends says so") { store in
            let owner = try await store.makeUser().id
            for _ in 0..<4 { _ = try await store.submit(owner) }
            let first = try await store.jobs.list(JobFilter(), page: PageRequest(limit: 2))
            #expect(first.next == PagePosition(createdAt: first.items[1].createdAt, id: first.items[1].id.uniqueID))
            let second = try await store.jobs.list(JobFilter(), page: PageRequest(limit: 2, after: first.next))
            #expect(second.items.count == 2)
            #expect(second.next == nil)
        },
        Clause("a job accepted while somebody pages does not disturb the pages after") { store in
            let owner = try await store.makeUser().id
            for _ in 0..<4 { _ = try await store.submit(owner) }
            let all = try await store.jobs.list(JobFilter(), page: PageRequest()).items
            let first = try await store.jobs.list(JobFilter(), page: PageRequest(limit: 2))
            store.clock.advance(by: .seconds(1))
            _ = try await store.submit(owner)
            let second = try await store.jobs.list(JobFilter(), page: PageRequest(limit: 2, after: first.next))
            #expect(first.items + second.items == all)
        },
        Clause("each member of a filter restricts, and together they all hold") { store in
            let ada = try await store.makeUser().id
            let bob = try await store.makeUser("bob@example.org").id
            let first = try await store.submit(ada, kind: "mail") { $0.tags = ["red", "blue"] }
            store.clock.advance(by: .seconds(1))
            let second = try await store.submit(bob) { $0.queue = QueueName(stored: "slow") }
            store.clock.advance(by: .seconds(1))
            let third = try await store.claim(try await store.submit(bob, kind: "mail") { $0.tags = ["red"] }).job
            let page = try PageRequest()
            let cases: [(change: (inout JobFilter) -> Void, expected: [Job])] = [
                ({ $0.owner = bob }, [third, second]),
                ({ $0.state = .running }, [third]),
                ({ $0.queue = QueueName(stored: "slow") }, [second]),
                ({ $0.kind = JobKind(stored: "mail") }, [third, first]),
                ({ $0.tag = "red" }, [third, first]),
                ({ $0.tag = "blue" }, [first]),
                ({ $0.tag = "re" }, []),
                ({ $0.orderingKey = "key" }, []),
                ({ $0.createdAfter = second.createdAt }, [third, second]),
                ({ $0.createdBefore = second.createdAt }, [first]),
                ({ ($0.owner, $0.kind, $0.tag) = (bob, JobKind(stored: "mail"), "red") }, [third]),
                ({ ($0.owner, $0.createdAfter) = (bob, third.createdAt + .microseconds(1)) }, []),
            ]
            for (change, expected) in cases {
                var filter = JobFilter()
                change(&filter)
                let listed = try await store.jobs.list(filter, page: page).items
                #expect(listed == expected, "\(filter)")
            }
        },
    ]
}
