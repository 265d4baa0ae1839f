import Crypto
import MillraceDomain

/// Lets each request that may be sent again be done once, inside the transaction that does it.
struct IdempotencyGate: Sendable {
    /// What is to be done about a request.
    enum Passage {
        /// It has not been done, and nobody else is doing it until the commit.
        case open
        /// It was done.
        case repeated(KeptReply)
        /// Somebody is doing it, or something else was asked for by its name.
        case refused(DomainError)
    }

    let clock: (any WallClock)?

    /// Locks the requests and looks for their replies. Waits for nobody.
    func enter(_ requests: [IdempotentRequest], on runner: some StatementRunner) async throws -> [Passage] {
        guard !requests.isEmpty else { return [] }
        // One session gets a lock as often as it asks for it: of two in one batch the second comes too early.
        var seen: Set<IdempotentRequest.Name> = []
        let isFirst = requests.map { seen.insert($0.name).inserted }
        let locked = try await runner.rows(IdempotencyStatements.tryLock) {
            $0.append(array: requests.map(\.name.lock))
        }
        let found = try await runner.rows(IdempotencyStatements.find) {
            $0.append(names: requests.map(\.name))
            $0.append(clock?.now())
        }
        let kept = Dictionary(found.map { (Int($0.place) - 1, $0) }) { first, _ in first }
        return requests.indices.map { index in
            guard locked[index], isFirst[index] else { return .refused(.conflict(.idempotencyInFlight)) }
            guard let (_, digest, reply) = kept[index] else { return .open }
            return digest == requests[index].digest ? .repeated(reply) : .refused(.idempotencyMismatch)
        }
    }

    /// Keeps replies of requests that were let in.
    func keep(_ kept: [(request: IdempotentRequest, reply: KeptReply)], on runner: some StatementRunner) async throws {
        guard !kept.isEmpty else { return }
        try await runner.execute(IdempotencyStatements.keep) {
            $0.append(kept: kept)
            $0.append(clock?.now())
        }
    }
}

extension IdempotentRequest.Name {
    /// The number of its lock: two requests with one number would wait for each other, which harms nobody.
    fileprivate var lock: Int64 {
        var hash = SHA256()
        hash.update(data: Array("\(ownerID) \(route) \(key.text)".utf8))
        return hash.finalize().prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }
}
