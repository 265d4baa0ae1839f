import MillraceDomain
import TestKit
import Testing

@testable import MillracePostgres

/// The ports' contracts, each clause over a database of its own.
@Suite struct PortContractTests {
    @Test(arguments: UserRepositoryContract.clauses)
    func `Postgres keeps the contract of the users`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: TokenRepositoryContract.clauses)
    func `Postgres keeps the contract of the tokens`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: WebhookEndpointContract.clauses)
    func `Postgres keeps the contract of webhook endpoints`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: QuotaContract.clauses)
    func `Postgres keeps the contract of quotas`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: AuditLogContract.clauses)
    func `Postgres keeps the contract of the audit`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: JobRepositoryContract.clauses)
    func `Postgres keeps the contract of the jobs`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: IdempotencyContract.clauses)
    func `Postgres keeps the contract of kept replies`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: JobLeasesContract.clauses)
    func `Postgres keeps the contract of the leases`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: OrderContract.clauses)
    func `Postgres keeps the contract of the order`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: JobTransactionsContract.clauses)
    func `Postgres keeps the contract of the transactions`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: QueueRepositoryContract.clauses)
    func `Postgres keeps the contract of the queues`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: QueueCountersContract.clauses)
    func `Postgres keeps the contract of the counters`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: ErasureRepositoryContract.clauses)
    func `Postgres keeps the contract of erasures`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: IngestRepositoryContract.clauses)
    func `Postgres keeps the contract of the ingest`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: DeadLetterRepositoryContract.clauses)
    func `Postgres keeps the contract of the dead letters`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: FinishedJobsContract.clauses)
    func `Postgres keeps the contract of the finished jobs`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    @Test(arguments: HousekeepingLeaseContract.clauses)
    func `Postgres keeps the contract of the housekeeping lease`(_ clause: Clause<StoreUnderTest>) async throws {
        try await check(clause)
    }

    private func check(_ clause: Clause<StoreUnderTest>) async throws {
        try await TestDatabase.with { database async throws in
            try await clause.check(.postgres(database.client))
        }
    }
}
