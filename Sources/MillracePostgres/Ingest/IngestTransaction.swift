import MillraceDomain

/// What one ingest writes inside its transaction, the offset apart.
struct IngestTransaction {
    let transaction: PostgresTransaction
    let writer: JobWriter
    let ids: any IDGenerator
    let now: Timestamp?

    /// Writes the batch's jobs and dead records.
    ///
    /// - Parameter oneByOne: each job behind a savepoint, so that one that the store refuses harms no other.
    func write(_ batch: IngestBatch, oneByOne: Bool) async throws -> IngestReceipt {
        var receipt = IngestReceipt()
        var dead = batch.dead
        for (entry, fate) in zip(batch.entries, try await settle(batch.entries, oneByOne: oneByOne)) {
            switch fate {
            case .accepted(let job):
                receipt.accepted += 1
                if job.state == .queued { receipt.ready.append(job.id) }
            case .duplicate: receipt.duplicates += 1
            case .refused(let reason):
                let (owner, kind) = (entry.job.ownerID, entry.job.submission.kind)
                dead.append(.init(record: entry.record, reason: reason, ownerID: owner, kind: kind))
            }
        }
        for entry in dead { receipt.dead.append(try await keep(entry, batch.position.incarnation)) }
        return receipt
    }

    /// What became of a submission.
    enum Fate {
        case accepted(Job)
        /// There is its job already.
        case duplicate
        /// It became no job, and may come again.
        case refused(DeadReason)
    }

    /// Takes identities and writes the jobs of those that nobody has ingested before.
    ///
    /// - Returns: what became of each, in the order given.
    func settle(_ entries: [IngestBatch.Entry], oneByOne: Bool) async throws -> [Fate] {
        let isFresh = try await areFresh(entries)
        let fresh = zip(entries, isFresh).filter(\.1).map(\.0)
        let (outcomes, freed) = try await writer.underKeys(of: fresh.map(\.job), in: transaction) { places, claims in
            oneByOne
                ? try await writeOneByOne(fresh, places, &claims) : try await writeAll(fresh, places, &claims)
        }
        let fates = zip(fresh, outcomes).map { entry, outcome in
            Self.fate(of: entry, outcome.map { $0.updated(by: freed) })
        }
        var refused: [UniqueID] = []
        for (entry, fate) in zip(fresh, fates) { if case .refused = fate { refused.append(entry.identity) } }
        if !refused.isEmpty {
            // What became no job may come again.
            try await transaction.execute(IngestStatements.forgetIdentities) {
                $0.append(array: refused)
                $0.append(now)
            }
        }
        var next = fates.makeIterator()
        return isFresh.map { $0 ? next.next() ?? .duplicate : .duplicate }
    }

    /// Which of the entries nobody has ingested before, earlier ones among them included.
    private func areFresh(_ entries: [IngestBatch.Entry]) async throws -> [Bool] {
        guard !entries.isEmpty else { return [] }
        let claimed = try await transaction.rows(IngestStatements.claimIdentities) {
            $0.append(array: entries.map(\.identity))
            $0.append(now)
        }
        var unseen = Set(claimed)
        return entries.map { unseen.remove($0.identity) != nil }
    }

    private func writeAll(
        _ entries: [IngestBatch.Entry], _ places: [Int64?], _ claims: inout UniqueClaims
    ) async throws -> [Result<SubmitOutcome, PostgresError>] {
        guard !entries.isEmpty else { return [] }
        return try await writer.write(entries.map(\.job), at: places, &claims, on: transaction).map { .success($0) }
    }

    private func writeOneByOne(
        _ entries: [IngestBatch.Entry], _ places: [Int64?], _ claims: inout UniqueClaims
    ) async throws -> [Result<SubmitOutcome, PostgresError>] {
        var outcomes: [Result<SubmitOutcome, PostgresError>] = []
        for (entry, place) in zip(entries, places) {
            _ = try await transaction.run(IngestStatements.savepoint, Parameters())
            do {
                outcomes += try await writer.write([entry.job], at: [place], &claims, on: transaction).map {
                    .success($0)
                }
                _ = try await transaction.run(IngestStatements.releaseSavepoint, Parameters())
            } catch let error as PostgresError where error.classification == .data {
                _ = try await transaction.run(IngestStatements.rollbackToSavepoint, Parameters())
                outcomes.append(.failure(error))
            }
        }
        return outcomes
    }

    private static func fate(
        of entry: IngestBatch.Entry, _ outcome: Result<SubmitOutcome, PostgresError>
    ) -> Fate {
        switch outcome {
        case .success(.accepted(let job)): .accepted(job)
        case .success(.existing), .success(.uniqueArchived): .duplicate
        case .success(.idTaken): .refused(DeadReason(.idTaken, "Another job has the id \(entry.job.id)."))
        case .success(.archived): .refused(DeadReason(.idTaken, "A job that has ended had the id \(entry.job.id)."))
        case .success(.uniqueConflict(let holder)):
            .refused(DeadReason(.uniqueConflict, "The job \(holder) holds its unique key."))
        case .success(.overQuota(let excess)): .refused(DeadReason(.quotaExceeded, excess.sentence))
        case .success(.unknownOwner): .refused(DeadReason(.unknownOwner, "The owner of the job does not exist."))
        case .failure: .refused(DeadReason(.invalidSubmission, "The store refuses a value of the submission."))
        }
    }

    private func keep(_ entry: IngestBatch.DeadEntry, _ incarnation: Int32) async throws -> DeadRecord {
        let (record, reason) = (entry.record, entry.reason)
        let kept = try await transaction.first(IngestStatements.keepDead) {
            $0.append(ids.next(as: DeadRecord.self))
            $0.append(record.source.topic)
            $0.append(record.source.partition)
            $0.append(record.offset)
            $0.append(record.timestamp)
            $0.append(record.key)
            $0.append(record.value)
            // Text cannot hold a NUL; a header's name never should.
            $0.append(array: record.headers.map { $0.name.replacing("\0", with: "\u{FFFD}") })
            $0.append(optionals: record.headers.map(\.value))
            $0.append(reason.code.rawValue)
            $0.append(reason.message)
            $0.append(now)
            $0.append(entry.ownerID)
            $0.append(entry.kind?.text)
            $0.append(incarnation)
        }
        guard let kept else { throw PostgresError(.decoding, "A dead record was not returned.") }
        return kept
    }
}
