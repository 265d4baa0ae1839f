import MillraceDomain

/// The SQL of looking through dead letters.
///
/// The parameters are the same everywhere: `Parameters.append(_: DeadLetterFilter)`, the place after which to go on,
/// and how many rows to fetch. Each is planned anew: what a filter leaves of the table is what its plan depends on.
enum DeadLetterStatements {
    static let all = [
        records.text, oldestRecords.text, record.text, jobs.text, oldestJobs.text, now.text,
    ]

    private static let types: [PostgresType] = [
        .uuid, .text, .text, .text, .timestamptz, .timestamptz, .uuidArray, .timestamptz, .uuid, .int8,
    ]

    /// A record, and how many were found before the large ones were cut off.
    private static let decodeFound: @Sendable (inout RowReader) throws -> (DeadRecord, Int64) = { row in
        (try DeadRecordRow.decode(&row), try row.value())
    }

    /// A topic ends with the name of its queue, which has no dot in it.
    private static let recordFilter: StaticString = """
        ($1 IS NULL OR owner_id = $1)
                      AND ($2 IS NULL OR right(topic, length($2) + 6) = '.jobs.' || $2)
                      AND ($3 IS NULL OR kind = $3)
                      AND ($4 IS NULL OR reason_code = $4)
                      AND created_at >= $5
                      AND created_at < $6
                      AND (cardinality($7) = 0 OR id = ANY ($7))
        """

    /// About how many bytes a record has.
    private static let size: StaticString = """
        COALESCE(octet_length(key), 0) + COALESCE(octet_length(value), 0) + pg_column_size(header_values)
        """

    /// Newest first, as far as they have `$11` bytes together, at least one.
    static let records = Statement<(DeadRecord, Int64)>(
        name: "dead_records_list",
        sql: """
            SELECT \(DeadRecordRow.columns), found
            FROM (
                SELECT chosen.*, count(*) OVER () AS found,
                       sum(size) OVER (ORDER BY created_at DESC, id DESC) - size AS size_before
                FROM (
                    SELECT \(DeadRecordRow.columns), \(size) AS size
                    FROM dead_records
                    WHERE \(recordFilter)
                      AND (created_at, id) < ($8, $9)
                    ORDER BY created_at DESC, id DESC
                    LIMIT $10
                ) AS chosen
            ) AS sized
            WHERE size_before < $11
            ORDER BY created_at DESC, id DESC
            """, parameters: types + [.int8], access: .read, isPlannedAnew: true, decode: decodeFound)

    /// The same, oldest first.
    static let oldestRecords = Statement<(DeadRecord, Int64)>(
        name: "dead_records_oldest",
        sql: """
            SELECT \(DeadRecordRow.columns), found
            FROM (
                SELECT chosen.*, count(*) OVER () AS found,
                       sum(size) OVER (ORDER BY created_at, id) - size AS size_before
                FROM (
                    SELECT \(DeadRecordRow.columns), \(size) AS size
                    FROM dead_records
                    WHERE \(recordFilter)
                      AND (created_at, id) > ($8, $9)
                    ORDER BY created_at, id
                    LIMIT $10
                ) AS chosen
            ) AS sized
            WHERE size_before < $11
            ORDER BY created_at, id
            """, parameters: types + [.int8], access: .read, isPlannedAnew: true, decode: decodeFound)

    static let record = Statement<DeadRecord>(
        name: "dead_record_find",
        sql: """
            SELECT \(DeadRecordRow.columns)
            FROM dead_records
            WHERE id = $1
              AND ($2 IS NULL OR owner_id = $2)
            """, parameters: [.uuid, .uuid], access: .read, decode: DeadRecordRow.decode)

    private static let jobFilter: StaticString = """
        state = 'dead'
              AND ($1 IS NULL OR owner_id = $1)
              AND ($2 IS NULL OR queue = $2)
              AND ($3 IS NULL OR kind = $3)
              AND ($4 IS NULL OR last_error_code = $4)
              AND finished_at >= $5
              AND finished_at < $6
              AND (cardinality($7) = 0 OR id = ANY ($7))
        """

    /// Newest first.
    static let jobs = Statement<Job>(
        name: "dead_jobs_list",
        sql: """
            SELECT \(JobRow.columns)
            FROM jobs
            WHERE \(jobFilter)
              AND (finished_at, id) < ($8, $9)
            ORDER BY finished_at DESC, id DESC
            LIMIT $10
            """, parameters: types, access: .read, isPlannedAnew: true, decode: JobRow.decode)

    /// Oldest first, and of each only what it takes to send it back.
    static let oldestJobs = Statement<ReplayCandidate>(
        name: "dead_jobs_oldest",
        sql: """
            SELECT id, generation, finished_at, \(ReplayStatements.isSentBackAlone)
            FROM jobs
            WHERE \(jobFilter)
              AND (finished_at, id) > ($8, $9)
            ORDER BY finished_at, id
            LIMIT $10
            """, parameters: types, access: .read, isPlannedAnew: true
    ) { row in
        .job(
            try row.value(), generation: Int(try row.value(Int32.self)), diedAt: try row.value(),
            isSentBackAlone: try row.value())
    }

    static let now = Statement<Timestamp>(
        name: "dead_letters_now", sql: "SELECT COALESCE($1, statement_timestamp())", parameters: [.timestamptz],
        access: .read
    ) { try $0.value() }
}

extension Parameters {
    /// Binds which letters are meant, their sort apart: owner, queue, kind, code, the two times and the ids.
    mutating func append(_ filter: DeadLetterFilter) {
        append(filter.owner)
        append(filter.queue?.text)
        append(filter.kind?.text)
        append(filter.code)
        append(filter.diedAfter ?? Timestamp(microseconds: .min))
        append(filter.diedBefore ?? Timestamp(microseconds: .max))
        append(array: filter.ids ?? [])
    }
}
