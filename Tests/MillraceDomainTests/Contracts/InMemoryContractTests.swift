import MillraceDomain
import TestKit
import Testing

/// The fakes are real implementations of the ports: what the tests of other modules rest on.
struct InMemoryContractTests {
    @Test(arguments: UserRepositoryContract.clauses)
    func `the store in memory keeps the contract of the users`(_ clause: Clause<StoreUnderTest>) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: TokenRepositoryContract.clauses)
    func `the store in memory keeps the contract of the tokens`(_ clause: Clause<StoreUnderTest>) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: WebhookEndpointContract.clauses)
    func `the store in memory keeps the contract of webhook endpoints`(
        _ clause: Clause<StoreUnderTest>
    ) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: QuotaContract.clauses)
    func `the store in memory keeps the contract of quotas`(_ clause: Clause<StoreUnderTest>) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: AuditLogContract.clauses)
    func `the store in memory keeps the contract of the audit`(_ clause: Clause<StoreUnderTest>) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: JobRepositoryContract.clauses)
    func `the store in memory keeps the contract of the jobs`(_ clause: Clause<StoreUnderTest>) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: IdempotencyContract.clauses)
    func `the store in memory keeps the contract of kept replies`(_ clause: Clause<StoreUnderTest>) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: JobLeasesContract.clauses)
    func `the store in memory keeps the contract of the leases`(_ clause: Clause<StoreUnderTest>) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: OrderContract.clauses)
    func `the store in memory keeps the contract of the order`(_ clause: Clause<StoreUnderTest>) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: JobTransactionsContract.clauses)
    func `the store in memory keeps the contract of the transactions`(
        _ clause: Clause<StoreUnderTest>
    ) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: QueueRepositoryContract.clauses)
    func `the store in memory keeps the contract of the queues`(_ clause: Clause<StoreUnderTest>) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: QueueCountersContract.clauses)
    func `the store in memory keeps the contract of the counters`(_ clause: Clause<StoreUnderTest>) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: ErasureRepositoryContract.clauses)
    func `the store in memory keeps the contract of erasures`(_ clause: Clause<StoreUnderTest>) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: IngestRepositoryContract.clauses)
    func `the store in memory keeps the contract of ingest`(_ clause: Clause<StoreUnderTest>) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: DeadLetterRepositoryContract.clauses)
    func `the store in memory keeps the contract of the dead letters`(
        _ clause: Clause<StoreUnderTest>
    ) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: FinishedJobsContract.clauses)
    func `the store in memory keeps the contract of the finished jobs`(
        _ clause: Clause<StoreUnderTest>
    ) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: HousekeepingLeaseContract.clauses)
    func `the store in memory keeps the contract of the housekeeping lease`(
        _ clause: Clause<StoreUnderTest>
    ) async throws {
        try await clause.check(.inMemory())
    }

    @Test(arguments: JobArchiveContract.clauses + JobArchiveContract.edges + JobArchiveContract.listing)
    func `the archive in memory keeps the contract of the archive`(_ clause: Clause<any JobArchive>) async throws {
        try await clause.check(InMemoryJobArchive())
    }
}
