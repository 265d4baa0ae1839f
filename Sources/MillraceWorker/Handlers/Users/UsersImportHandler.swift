import MillraceDomain

/// Imports users: each line of NDJSON creates a user, renames one or leaves one as it is. All of them are committed
/// together with the job's success, so that an import that is recorded happened exactly once.
struct UsersImportHandler: TransactionalJobHandler {
    let ids: any IDGenerator
    /// Nil to refuse files.
    let files: ImportDirectory?

    /// So many lines are read before others get their turn.
    private static let stride = 1000

    func run(
        _ job: Job, context: JobContext, in transaction: any HandlerTransaction
    ) async throws -> HandlerOutcome {
        let request = try ImportRequest(job.submission.payload)
        let sheet = try await read(try await bytes(of: request.source), context)
        if sheet.rejected > 0, request.badLines == .abort { throw Self.refusal(sheet) }
        context.report(JobProgress(percent: 50, text: "\(sheet.profiles.count) users read"))
        let counts = try await write(sheet, in: transaction)
        context.report(JobProgress(percent: 100, text: "done"))
        return .succeeded(result: ImportReport(counts: counts, sheet: sheet).json)
    }

    private func bytes(of source: ImportRequest.Source) async throws -> [UInt8] {
        switch source {
        case .text(let bytes): return bytes
        case .file(let name):
            guard let files else {
                throw JobFailure.permanent("files_refused", "This consumer has no import directory.")
            }
            return try await files.read(name)
        }
    }

    private func read(_ bytes: [UInt8], _ context: JobContext) async throws -> ImportSheet {
        var sheet = ImportSheet()
        var position = 0
        var lines = 0
        while position < bytes.count {
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            sheet.read(bytes[position..<end])
            position = end + 1
            lines += 1
            guard lines.isMultiple(of: Self.stride) else { continue }
            try Task.checkCancellation()
            context.report(JobProgress(percent: 50 * position / bytes.count, text: "\(lines) lines read"))
            await Task.yield()
        }
        return sheet
    }

    private func write(
        _ sheet: ImportSheet, in transaction: any HandlerTransaction
    ) async throws -> UpsertCounts {
        guard !sheet.profiles.isEmpty else { return UpsertCounts() }
        do throws(DomainError) {
            return try await transaction.upsert(sheet.profiles.map { (ids.next(), $0) })
        } catch {
            throw JobFailure(code: "store_error", message: "The users could not be written: \(error).")
        }
    }

    private static func refusal(_ sheet: ImportSheet) -> JobFailure {
        let shown = sheet.listed.prefix(20).map { "line \($0.number): \($0.detail)" }.joined(separator: "; ")
        return .permanent("invalid_lines", "Nothing was imported, \(sheet.rejected) lines are bad: \(shown)")
    }
}
