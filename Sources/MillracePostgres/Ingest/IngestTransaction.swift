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
        let fresh = try await freshEntries(batch.entries, &receipt)
        let (outcomes, freed) = try await writer.underKeys(of: fresh.map(\.job), in: transaction) { places, claims in
            oneByOne
                ? try await writeOneByOne(fresh, places, &claims) : try await writeAll(fresh, places, &claims)
        }
        var refused: [UniqueID] = []
        for (entry, outcome) in zip(fresh, outcomes) {
            let settled = outcome.map { $0.updated(by: freed) }
            guard let reason = Self.note(settled, entry, &receipt) else { continue }
            dead.append(.init(record: entry.record, reason: reason, ownerID: entry.job.ownerID))
            refused.append(entry.identity)
        }
        if !refused.isEmpty {
            // What became no job may come again.
            try await transaction.execute(IngestStatements.forgetIdentities) {
                $0.append(array: refused)
                $0.append(now)
            }
        }
        for entry in dead { receipt.dead.append(try await keep(entry)) }
        return receipt
    }

    /// The entries that nobody has ingested before; the others are counted.
    private func freshEntries(
        _ entries: [IngestBatch.Entry], _ receipt: inout IngestReceipt
    ) async throws -> [IngestBatch.Entry] {
        guard !entries.isEmpty else { return [] }
        let claimed = try await transaction.rows(IngestStatements.claimIdentities) {
            $0.append(array: entries.map(\.identity))
            $0.append(now)
        }
        var unseen = Set(claimed)
        let fresh = entries.filter { unseen.remove($0.identity) != nil }
        receipt.duplicates += entries.count - fresh.count
        return fresh
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

    /// Counts what became a job, or says why the record becomes a dead letter.
    private static func note(
        _ outcome: Result<SubmitOutcome, PostgresError>, _ entry: IngestBatch.Entry, _ receipt: inout IngestReceipt
    ) -> DeadReason? {
        switch outcome {
        case .success(.accepted(let job)):
            receipt.accepted += 1
            if job.state == .queued { receipt.ready.append(job.id) }
            return nil
        case .success(.existing), .success(.uniqueArchived):
            receipt.duplicates += 1
            return nil
        case .success(.idTaken): return DeadReason(.idTaken, "Another job has the id \(entry.job.id).")
        case .success(.archived): return DeadReason(.idTaken, "A job that has ended had the id \(entry.job.id).")
        case .success(.uniqueConflict(let holder)):
            return DeadReason(.uniqueConflict, "The job \(holder) holds its unique key.")
        case .success(.unknownOwner): return DeadReason(.unknownOwner, "The owner of the job does not exist.")
        case .failure: return DeadReason(.invalidSubmission, "The store refuses a value of the submission.")
        }
    }

    private func keep(_ entry: IngestBatch.DeadEntry) async throws -> DeadRecord {
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
        }
        guard let kept else { throw PostgresError(.decoding, "A dead record was not returned.") }
        return kept
    }
}
