import MillraceDomain
import Synchronization

/// One attempt's transaction. Its connection is taken at the first use, so that a handler may compute or read for as
/// long as it likes before it writes.
final class PostgresJobTransaction: JobTransaction {
    let client: PostgresClient
    let clock: (any WallClock)?
    private let store: PostgresClient
    private let gate: TransactionGate
    private let changedUsers = Atomic(0)

    init(client: PostgresClient, store: PostgresClient, clock: (any WallClock)?) {
        self.client = client
        self.store = store
        self.clock = clock
        gate = TransactionGate(client: client)
    }

    func upsert(_ users: [(id: UserID, profile: UserProfile)]) async throws(DomainError) -> UpsertCounts {
        guard !users.isEmpty else { return UpsertCounts() }
        // Not committed here, so that a lost answer leaves nothing in doubt.
        let counts = try await client.inDomain(.read) { try await UserUpsert(users).run(in: self, clock) }
        changedUsers.add(counts.created + counts.updated, ordering: .relaxed)
        return counts
    }

    func commit(_ completion: JobCompletion, of claimed: ClaimedJob) async throws(DomainError) -> FinishOutcome? {
        let lease: LeaseID
        switch gate.end() {
        case .unused: return nil
        case .gone: throw .unavailable
        case .open(let open): lease = open
        }
        do {
            let outcome = try await finish(completion, of: claimed.job, lease)
            await client.release(lease)
            return outcome
        } catch {
            await client.release(lease)
            guard let error = error as? PostgresError else { throw .unavailable }
            guard error.classification != .ambiguous else { return try await readBack(claimed) }
            // Whatever else went wrong did so before the commit, or the server said that there was none.
            throw client.translate(error, .read)
        }
    }

    func rollBack() async {
        guard let lease = gate.close() else { return }
        await client.release(lease)
    }

    func close() {
        gate.shut()
    }

    private func finish(_ completion: JobCompletion, of job: Job, _ lease: LeaseID) async throws -> FinishOutcome {
        let transaction = PostgresTransaction(client: client, lease: lease)
        let outcome = try await PostgresJobLeases.finish(completion, in: transaction, clock)
        guard outcome != .stale else { return outcome }
        if changedUsers.load(ordering: .relaxed) > 0 {
            let trail = AuditTrail(clock: clock, note: AuditNote(.user(job.ownerID, token: nil)))
            try await trail.write(.usersImport, .job, [job.id], in: transaction)
        }
        try await client.commit(lease)
        return outcome
    }

    /// Finds out what became of a commit. The finished row is locked until the lost session has ended, one way or the
    /// other: whoever gets the lock sees how.
    func readBack(_ claimed: ClaimedJob) async throws(DomainError) -> FinishOutcome {
        var pause = Duration.milliseconds(50)
        while !Task.isCancelled {
            do {
                let found = try await store.first(LeaseStatements.readBack) {
                    $0.append(claimed.lease.jobID)
                    $0.append(claimed.lease.token)
                    $0.append(claimed.job.startedAt)
                }
                // Not committed: the same can be done again.
                if found?.0 == true { throw DomainError.unavailable }
                return found?.1 == true ? .recorded(.succeeded) : .stale
            } catch let error as DomainError {
                throw error
            } catch {
                // Asked again until there is an answer or the lease has ended, when the task is cancelled.
                do { try await ContinuousClock().sleep(for: pause) } catch { break }
                pause = min(pause * 2, .seconds(1))
            }
        }
        throw .ambiguous
    }
}

extension PostgresJobTransaction: StatementRunner {
    func run(_ text: StatementText, _ parameters: Parameters) async throws -> QueryResult {
        try await PostgresTransaction(client: client, lease: gate.lease()).run(text, parameters)
    }
}
