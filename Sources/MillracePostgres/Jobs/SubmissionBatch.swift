import MillraceDomain

/// A job on its way into the store, alone or for a request that may be sent again.
struct Submission: Sendable {
    let job: NewJob
    var keeping: ReplyKeeping<[SubmitOutcome]>?

    /// Whether what becomes of it takes more than one statement to find out.
    var needsTransaction: Bool { keeping != nil || job.needsTransaction }

    /// About how many bytes it takes in a batch. A kept reply holds the payload again, and each takes a lock of the
    /// server's, of which there are not many: some hundred share a batch.
    var weight: Int { keeping == nil ? job.weight : 2 * job.weight + 16 * 1024 }
}

/// What became of it.
enum Submitted: Sendable {
    case done(SubmitOutcome)
    case repeated(KeptReply)
    case refused(DomainError)
}

/// Submissions of several callers that share a transaction.
struct SubmissionBatch: Sendable {
    let writer: JobWriter
    let gate: IdempotencyGate

    /// Stores what may be stored, and the replies with it.
    func write(_ submissions: [Submission], on transaction: PostgresTransaction) async throws -> [Submitted] {
        let passages = try await passages(submissions, on: transaction)
        let open = submissions.indices.filter { if case .open = passages[$0] { true } else { false } }
        let outcomes = open.isEmpty ? [] : try await writer.write(open.map { submissions[$0].job }, in: transaction)
        let kept = zip(open, outcomes).compactMap { index, outcome in
            submissions[index].keeping.flatMap { keeping in
                keeping.reply([outcome]).map { (request: keeping.request, reply: $0) }
            }
        }
        try await gate.keep(kept, on: transaction)
        var done = outcomes.makeIterator()
        return try passages.map { passage in
            switch passage {
            case .repeated(let reply): return .repeated(reply)
            case .refused(let error): return .refused(error)
            case .open:
                guard let outcome = done.next() else { throw PostgresError(.decoding, "An outcome is missing.") }
                return .done(outcome)
            }
        }
    }

    /// Whoever is no request that may be sent again is let in.
    private func passages(
        _ submissions: [Submission], on transaction: PostgresTransaction
    ) async throws -> [IdempotencyGate.Passage] {
        var entered = try await gate.enter(submissions.compactMap { $0.keeping?.request }, on: transaction)
            .makeIterator()
        return submissions.map { $0.keeping == nil ? .open : entered.next() ?? .refused(.failure) }
    }
}
