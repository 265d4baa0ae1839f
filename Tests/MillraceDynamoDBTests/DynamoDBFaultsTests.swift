import MillraceDomain
import TestKit
import Testing

@testable import MillraceDynamoDB

/// What a network and a service can do to an archive: nothing may be lost, nothing doubled, and every call must end.
@Suite(.timeLimit(.minutes(2))) struct `DynamoDB faults` {
    @Test(arguments: [
        [FaultProxy.Fault.throttled, .throttled, .throttled], [.serverError, .serverError], [.hang],
        [.answerLost, .answerLost], [.partial(10), .partial(1), .partial(24), .partial(0)],
        [.answerLost, .partial(3), .serverError, .throttled],
    ])
    func `puts and erasures bear faults`(_ faults: [FaultProxy.Fault]) async throws {
        try await withProxy { archive, proxy, _ in
            let jobs = Self.jobs(60)
            proxy.plan("BatchWriteItem", faults)
            try await archive.put(jobs)
            #expect(proxy.faults == faults.count)
            for limit in [7, 500] { #expect(try await Self.all(archive, limit) == Self.newestFirst(jobs)) }
            for archived in jobs { #expect(try await archive.find(archived.job.id, owner: nil) == archived) }
            proxy.plan("BatchWriteItem", faults)
            proxy.plan("Query", [.serverError, .hang])
            #expect(try await archive.erase(owner: Self.owner) == 60)
            #expect(try await archive.erase(owner: Self.owner) == 0)
            for archived in jobs { #expect(try await archive.find(archived.job.id, owner: nil) == nil) }
        }
    }

    @Test(arguments: [
        [FaultProxy.Fault.throttled, .throttled], [.serverError], [.hang], [.answerLost],
        [.partial(10), .partial(0), .partial(5)],
    ])
    func `lists bear faults`(_ faults: [FaultProxy.Fault]) async throws {
        try await withProxy { archive, proxy, _ in
            let jobs = Self.jobs(60)
            try await archive.put(jobs)
            proxy.plan("BatchGetItem", faults)
            let isBatch = if case .partial? = faults.first { true } else { false }
            if !isBatch { proxy.plan("Query", faults) }
            #expect(try await Self.all(archive, 40) == Self.newestFirst(jobs))
            #expect(proxy.faults == faults.count * (isBatch ? 1 : 2))
            if !isBatch {
                proxy.plan("Query", faults)
                #expect(try await archive.find(jobs[7].job.id, owner: nil) == jobs[7])
            }
        }
    }

    @Test(arguments: [FaultProxy.Fault.throttled, .serverError, .hang, .answerLost, .partial(0)])
    func `a fault for good is told in time, and puts may simply be repeated`(
        _ fault: FaultProxy.Fault
    ) async throws {
        try await withProxy(maxAttempts: 4, callTimeout: .seconds(2)) { archive, proxy, direct in
            let jobs = Self.jobs(30)
            proxy.plan(always: fault)
            let start = ContinuousClock.now
            await #expect(throws: DomainError.unavailable) { try await archive.put(jobs) }
            if fault != .partial(0) {
                await #expect(throws: DomainError.unavailable) { try await archive.find(jobs[0].job.id, owner: nil) }
                await #expect(throws: DomainError.unavailable) { try await archive.erase(owner: Self.owner) }
            }
            #expect(ContinuousClock.now - start < .seconds(10))
            try await direct.put(jobs)
            #expect(try await Self.all(direct, 500) == Self.newestFirst(jobs))
        }
    }

    @Test func `an endpoint where nobody listens is unavailable within the time limit`() async throws {
        let port = try await withServer({ _ in .drop }) { $0.port }
        let settings = DynamoDBSettings(
            region: "r", endpoint: DynamoDBEndpoint("http://127.0.0.1:\(port)"), connectTimeout: .milliseconds(300),
            callTimeout: .seconds(1))
        try await withArchive(settings, "t") { test in
            let archive = test.archive
            let start = ContinuousClock.now
            await #expect(throws: DomainError.unavailable) { try await archive.put(Self.jobs(200)) }
            await #expect(throws: DomainError.unavailable) {
                try await archive.list(owner: Self.owner, filter: JobFilter(), page: PageRequest())
            }
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    @Test func `callers beyond the pool's limit are told that the archive is unavailable`() async throws {
        try await withServer({ _ in .hang }) { server in
            let settings = DynamoDBSettings(
                region: "r", endpoint: DynamoDBEndpoint(server.url),
                pool: DynamoDBPoolSettings(max: 1, acquireTimeout: .milliseconds(50)), callTimeout: .seconds(1))
            try await withArchive(settings, "t") { test in
                let archive = test.archive
                async let slow = archive.find(Self.jobs(1)[0].job.id, owner: nil)
                let busy = try await eventually { test.client.snapshot().inUse == 1 }
                #expect(busy)
                let start = ContinuousClock.now
                await #expect(throws: DomainError.unavailable) {
                    try await archive.find(Self.jobs(1)[0].job.id, owner: nil)
                }
                #expect(ContinuousClock.now - start < .milliseconds(900))
                _ = try? await slow
            }
        }
    }

    private static let owner = UserID(SequentialIDs.id(1, series: 2))

    private static func jobs(_ count: UInt64) -> [ArchivedJob] {
        (0..<count).map {
            JobArchiveContract.finished(
                $0, state: $0 % 3 == 0 ? .dead : .succeeded, owner: owner,
                createdAt: ManualClock.start + .milliseconds(Int64($0)))
        }
    }

    private static func newestFirst(_ jobs: [ArchivedJob]) -> [Job] { jobs.reversed().map(\.job) }

    private static func all(_ archive: DynamoDBJobArchive, _ limit: Int) async throws -> [Job] {
        try await archive.all(owner, limit: limit)
    }

    /// Runs `body` with an archive that reaches its table through a proxy only, and one that reaches it directly.
    private func withProxy(
        maxAttempts: Int = 8, callTimeout: Duration = .seconds(30),
        _ body: (_ archive: DynamoDBJobArchive, FaultProxy, _ direct: DynamoDBJobArchive) async throws -> Void
    ) async throws {
        let proxy = FaultProxy(try testEndpoint())
        try await withArchive { direct in
            try await withServer({ try await proxy.answer($0) }) { server in
                let settings = DynamoDBSettings(
                    region: "eu-central-1", endpoint: DynamoDBEndpoint(server.url), readTimeout: .seconds(3),
                    callTimeout: callTimeout, maxAttempts: maxAttempts, backoffBase: .milliseconds(5),
                    backoffCap: .milliseconds(20))
                try await withArchive(settings, direct.table) { test in
                    try await body(test.archive, proxy, direct.archive)
                }
            }
        }
    }
}
