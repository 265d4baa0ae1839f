import MillraceDomain

/// The SQL of jobs that have ended, for the archiver.
enum FinishedJobStatements {
    static let all = [endedDead.text, endedOthers.text, remove.text, backlog.text]

    static let endedDead = Statement<ArchivedJob>(
        name: "finished_ended_dead",
        sql: """
            WITH due AS MATERIALIZED (
                SELECT \(measured) FROM (SELECT * FROM jobs WHERE state = 'dead' \(places)) AS ended
            )
            SELECT \(JobRow.columns), \(runs)
            """, parameters: types, access: .read, decode: decode)

    static let endedOthers = Statement<ArchivedJob>(
        name: "finished_ended_others",
        sql: """
            WITH due AS MATERIALIZED (
                SELECT \(measured)
                FROM (SELECT * FROM jobs WHERE finished_at IS NOT NULL AND state <> 'dead' \(places)) AS ended
            )
            SELECT \(JobRow.columns), \(runs)
            """, parameters: types, access: .read, decode: decode)

    /// Removes the versions that are still here, and returns the ids of those that somebody else has removed whose
    /// owner is being erased. What this statement removes it still sees. By arrays of ids, so that every step goes by
    /// an index, whatever the planner believes of their number.
    static let remove = Statement<JobID>(
        name: "finished_remove",
        sql: """
            WITH input AS MATERIALIZED (
                SELECT * FROM unnest($1, $2, $3) AS version (id, owner_id, generation)
            ),
            locked AS MATERIALIZED (
                SELECT jobs.id
                FROM jobs
                JOIN input ON input.id = jobs.id AND input.generation = jobs.generation
                WHERE jobs.id = ANY ($1)
                  AND jobs.finished_at IS NOT NULL
                -- One order for all: two removals of the same jobs wait for each other instead of deadlocking.
                ORDER BY jobs.id
                FOR UPDATE OF jobs
            ),
            removed AS (
                DELETE FROM jobs WHERE id = ANY (ARRAY(SELECT locked.id FROM locked)) RETURNING id, has_own_id
            ),
            forgotten AS (
                DELETE FROM job_attempts WHERE job_id = ANY (ARRAY(SELECT locked.id FROM locked))
            ),
            known AS (
                INSERT INTO archived_job_ids (id, archived_on)
                SELECT removed.id, (COALESCE($4, statement_timestamp()) AT TIME ZONE 'UTC')::date
                FROM removed
                WHERE removed.has_own_id
                ON CONFLICT (id, archived_on) DO NOTHING
            )
            SELECT input.id
            FROM input
            JOIN erasures ON erasures.user_id = input.owner_id
            LEFT JOIN jobs ON jobs.id = input.id AND jobs.id = ANY ($1)
            WHERE jobs.id IS NULL
            """, parameters: [.uuidArray, .uuidArray, .int4Array, .timestamptz]
    ) { try $0.value() }

    /// From the counters, whose buckets are minutes: those of which every job is late.
    static let backlog = Statement<(jobs: Int64, waiting: Int64?)>(
        name: "finished_backlog",
        sql: """
            SELECT COALESCE(sum(late.jobs), 0)::bigint, max(late.waiting)
            FROM (
                SELECT buckets.jobs,
                       (extract(epoch FROM COALESCE($1, statement_timestamp()) - buckets.due_at) * 1000000)::bigint
                           AS waiting
                FROM (
                    SELECT sum(counted.jobs) AS jobs,
                           counted.bucket + interval '1 minute'
                               + CASE counted.state WHEN 'dead' THEN $2 ELSE $3 END * interval '1 microsecond' AS due_at
                    FROM (
                        SELECT state, bucket, jobs FROM queue_counts
                        UNION ALL
                        SELECT state, bucket, jobs FROM queue_count_changes
                    ) AS counted
                    WHERE counted.state IN ('succeeded', 'dead', 'cancelled', 'expired')
                    GROUP BY counted.state, counted.bucket
                ) AS buckets
                WHERE buckets.jobs > 0
            ) AS late
            WHERE late.waiting >= 0
            """, parameters: [.timestamptz, .int8, .int8], access: .read
    ) { (try $0.value(), try $0.optional()) }

    private static let types: [PostgresType] = [.timestamptz, .int8, .timestamptz, .uuid, .int8, .int8]

    private static let places: StaticString = """
          AND finished_at <= COALESCE($1, statement_timestamp()) - $2 * interval '1 microsecond'
          AND (finished_at, id) > ($3, $4)
        ORDER BY finished_at, id
        LIMIT $5
        """

    /// Payloads and results are measured without being read.
    private static let measured: StaticString = """
        ended.*,
        row_number() OVER (ORDER BY ended.finished_at, ended.id) AS place,
        sum(octet_length(ended.payload) + COALESCE(octet_length(ended.result), 0))
            OVER (ORDER BY ended.finished_at, ended.id) AS bytes
        """

    /// In the same snapshot as the jobs: what is archived of a generation is all of it.
    private static let runs: StaticString = """
        runs.attempts, runs.generations, runs.starts, runs.ends, runs.outcomes, runs.codes, runs.messages,
            runs.consumers
        FROM due AS jobs
        CROSS JOIN LATERAL (
            SELECT COALESCE(array_agg(run.attempt), '{}') AS attempts,
                   COALESCE(array_agg(run.generation), '{}') AS generations,
                   COALESCE(array_agg(run.started_at), '{}') AS starts,
                   COALESCE(array_agg(run.finished_at), '{}') AS ends,
                   COALESCE(array_agg(run.outcome), '{}') AS outcomes,
                   COALESCE(array_agg(run.error_code), '{}') AS codes,
                   COALESCE(array_agg(run.error_message), '{}') AS messages,
                   COALESCE(array_agg(run.consumer), '{}') AS consumers
            FROM (
                SELECT * FROM job_attempts WHERE job_id = jobs.id ORDER BY generation, attempt, number
            ) AS run
        ) AS runs
        WHERE jobs.place = 1
           OR jobs.bytes <= $6
        ORDER BY jobs.finished_at, jobs.id
        """

    private static let decode: @Sendable (inout RowReader) throws -> ArchivedJob = { row in
        let job = try JobRow.job(from: &row)
        let (numbers, generations): ([Int32], [Int32]) = (try row.array(), try row.array())
        let (starts, ends): ([Timestamp], [Timestamp]) = (try row.array(), try row.array())
        let outcomes: [String] = try row.array()
        let (codes, messages): ([String?], [String?]) = (try row.optionals(), try row.optionals())
        let consumers: [String] = try row.array()
        let attempts = try numbers.indices.map { index in
            try JobRow.attempt(
                numbers[index], generations[index], starts[index], ends[index], outcomes[index], codes[index],
                messages[index], consumers[index])
        }
        return ArchivedJob(job: job, attempts: attempts)
    }
}
