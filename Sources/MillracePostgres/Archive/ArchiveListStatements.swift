import MillraceDomain

/// The SQL of lists of archived jobs.
///
/// A list looks at no more than 5,000 entries of its index for one page. When too few of them pass the filter, it
/// says where it stopped looking.
enum ArchiveListStatements {
    static let all = [list.text, listOfState.text]

    /// A row of the page, or none, and where looking ended early.
    struct Entry: Sendable {
        let job: Job?
        let edge: PagePosition?
    }

    /// By the index of owners.
    static let list = Statement<Entry>(
        name: "archived_job_list",
        sql: """
            WITH passing AS MATERIALIZED (
                SELECT looked.*
                FROM (SELECT * FROM \(ArchivedJobRow.jobs) WHERE owner_id = $1 \(window)) AS looked
                \(filter)
            )
            SELECT edge.created_at, edge.id, jobs.id IS NOT NULL, \(JobRow.columns)
            FROM \(page)
            LEFT JOIN (SELECT created_at, id FROM archived_jobs WHERE owner_id = $1 \(edge)) AS edge ON true
            ORDER BY jobs.created_at DESC, jobs.id DESC
            """, parameters: types, access: .read, isPlannedAnew: true, decode: decode)

    /// By the index of states, which does not have the jobs that succeeded.
    static let listOfState = Statement<Entry>(
        name: "archived_job_list_of_state",
        sql: """
            WITH passing AS MATERIALIZED (
                SELECT looked.*
                FROM (
                    SELECT *
                    FROM \(ArchivedJobRow.jobs)
                    WHERE owner_id = $1 AND state = $2 AND state <> 'succeeded' \(window)
                ) AS looked
                \(filter)
            )
            SELECT edge.created_at, edge.id, jobs.id IS NOT NULL, \(JobRow.columns)
            FROM \(page)
            LEFT JOIN (
                SELECT created_at, id
                FROM archived_jobs
                WHERE owner_id = $1 AND state = $2 AND state <> 'succeeded' \(edge)
            ) AS edge ON true
            ORDER BY jobs.created_at DESC, jobs.id DESC
            """, parameters: types, access: .read, isPlannedAnew: true, decode: decode)

    private static let types: [PostgresType] = [
        .uuid, .text, .text, .text, .text, .text, .timestamptz, .timestamptz, .timestamptz, .uuid, .int8,
    ]

    private static let window: StaticString = """
        AND created_at >= $7 AND created_at < $8 AND (created_at, id) < ($9, $10)
        ORDER BY created_at DESC, id DESC
        LIMIT 5000
        """

    /// That a row is its job's latest is found out last, and by a lookup a row, never by a join.
    private static let filter: StaticString = """
        WHERE ($2 IS NULL OR looked.state = $2)
          AND ($3 IS NULL OR looked.queue = $3)
          AND ($4 IS NULL OR looked.kind = $4)
          AND ($5 IS NULL OR looked.ordering_key = $5)
          AND ($6 IS NULL OR $6 = ANY (looked.tags))
          AND (looked.generation, looked.kept_until) = (
            SELECT same.generation, same.kept_until
            FROM archived_jobs AS same
            WHERE same.id = looked.id
            ORDER BY same.generation DESC, same.kept_until DESC
            LIMIT 1)
        ORDER BY looked.created_at DESC, looked.id DESC
        LIMIT $11
        """

    /// One row at least, which then holds no job.
    private static let page: StaticString = "(SELECT) AS one LEFT JOIN passing AS jobs ON true"

    /// The last entry looked at, where there may be more: looked for only when the page has not become full.
    private static let edge: StaticString = """
        AND created_at >= $7 AND created_at < $8 AND (created_at, id) < ($9, $10)
        AND (SELECT count(*) FROM passing) < $11
        ORDER BY created_at DESC, id DESC
        OFFSET 4999 LIMIT 1
        """

    private static let decode: @Sendable (inout RowReader) throws -> Entry = { row in
        let (createdAt, id): (Timestamp?, UniqueID?) = (try row.optional(), try row.optional())
        var edge: PagePosition?
        if let createdAt, let id { edge = PagePosition(createdAt: createdAt, id: id) }
        return Entry(job: try row.value() ? try JobRow.job(from: &row) : nil, edge: edge)
    }
}
