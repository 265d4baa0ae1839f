import MillraceDomain

/// How an archived job lies in its row.
enum ArchivedJobRow {
    /// The table as `JobRow` wants it: a job that has ended has no next attempt, so that its row has no column for one.
    static let jobs: StaticString =
        "(SELECT archived_jobs.*, NULL::timestamptz AS next_attempt_at FROM archived_jobs) AS jobs"

    static let decode: @Sendable (inout RowReader) throws -> ArchivedJob = { row in
        let keptUntil: Timestamp = try row.value()
        let attempts: JSONText? = try row.optional()
        return ArchivedJob(
            job: try JobRow.job(from: &row), attempts: try attempts.map { try AttemptList.read($0) } ?? [],
            expiresAt: keptUntil == forEver ? nil : keptUntil)
    }

    /// What stands for "for ever": the server's infinity.
    static let forEver = Timestamp(microseconds: .max)

    /// Beyond this time partitions have no names any more: so long is for ever.
    private static let lastExpiry = Timestamp("9999-01-01T00:00:00Z") ?? forEver

    /// Until when the row of a job is kept that expires at a time, or never.
    static func keptUntil(_ expiresAt: Timestamp?) -> Timestamp {
        guard let expiresAt, expiresAt < lastExpiry else { return forEver }
        return expiresAt
    }
}
