import MillraceDomain
import TestKit

@testable import MillracePostgres

/// Everything that can happen to jobs, by one of many who do it at once.
struct CountedLoad: Sendable {
    let client: PostgresClient

    func makeOwner() async throws -> UserID {
        let id = UserID(UUIDv7Generator().next())
        return try await PostgresUserRepository(client: client).create(id: id, profile: .sample()).id
    }

    func run(_ owner: UserID, rounds: Int, number: Int) async throws {
        let jobs = PostgresJobRepository(client: client)
        let leases = PostgresJobLeases(client: client)
        let terms = LeaseTerms(consumer: "consumer-\(number)", duration: .milliseconds(1))
        for round in 0..<rounds {
            let batch = (0..<20 + round).map { index in
                NewJob(
                    id: UUIDv7Generator().next(), ownerID: owner,
                    submission: JobSubmission(
                        kind: JobKind(stored: "noop"), queue: QueueName(stored: "queue-\(index % 3)"),
                        maxAttempts: 25))
            }
            _ = try await jobs.submit(batch, isAtomic: round % 2 == 0)
            let claimed = try await leases.claim(batch.map(\.id), limit: 15, terms: terms)
            _ = try await leases.renew(claimed.map(\.lease), terms: terms)
            _ = try await leases.finish(
                try claimed.enumerated().map { index, claim in try Self.end(claim.lease, index) })
            // Leases of a millisecond are soon lost: sweeps take up what others run.
            _ = try await leases.sweep(limit: 10, terms: terms)
            for job in batch.suffix(2) { _ = try? await jobs.cancel(job.id, owner: nil) }
            for job in batch.suffix(3) { _ = try? await jobs.retry(job.id, owner: nil, evenSucceeded: true) }
            try await client.execute(Self.delete) { $0.append(array: batch.prefix(4).map(\.id)) }
        }
    }

    private static let delete = Statement<Never>(
        name: "test_delete_jobs", sql: "DELETE FROM jobs WHERE id = ANY ($1)", parameters: [.uuidArray])

    private static func end(_ lease: Lease, _ index: Int) throws -> JobCompletion {
        switch index % 5 {
        case 0: try .succeeding(lease)
        case 1: try .failing(lease, isFinal: true)
        case 2: try .failing(lease, dueIn: .zero)
        case 3: try .snoozing(lease, dueIn: .milliseconds(1))
        default: try .releasing(lease)
        }
    }
}
