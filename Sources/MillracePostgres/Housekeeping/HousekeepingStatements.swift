import MillraceDomain

/// The SQL of housekeeping.
enum HousekeepingStatements {
    static let all = [
        hold.text, release.text, makeMonths.text, waitingMonths.text, makeMonth.text, dropMonths.text, makeDays.text,
        dropDays.text, makeMonthsOf.text, dropMonthsOf.text,
    ]

    static let hold = Statement<Bool>(
        name: "housekeeping_hold",
        sql: """
            INSERT INTO housekeeping_lease AS held (holder, held_until)
            SELECT $1, moment.at + $2 * interval '1 microsecond'
            FROM (SELECT COALESCE($3, statement_timestamp()) AS at) AS moment
            ON CONFLICT (is_the_one) DO UPDATE
            SET holder = EXCLUDED.holder,
                held_until = EXCLUDED.held_until
            WHERE held.holder = EXCLUDED.holder
               OR held.held_until <= COALESCE($3, statement_timestamp())
            RETURNING true
            """, parameters: [.text, .int8, .timestamptz]
    ) { try $0.value() }

    static let release = Statement<Never>(
        name: "housekeeping_release", sql: "DELETE FROM housekeeping_lease WHERE holder = $1", parameters: [.text])

    /// Makes the months in which jobs expire that are kept for so long and end now or in the next two months, and
    /// those of every job that has ended and is not archived yet, however long ago; never of a time that has passed.
    static let makeMonths = Statement<Int32>(
        name: "archive_make_months",
        sql: """
            SELECT make_archive_partitions(
                span.first,
                3 + floor(extract(epoch FROM span.last - span.first) / 2600000)::integer)
            FROM (
                SELECT
                    GREATEST(
                        moment.at,
                        LEAST(moment.at - interval '28 days',
                              (SELECT min(finished_at) FROM jobs WHERE finished_at IS NOT NULL AND state <> 'dead'),
                              (SELECT min(finished_at) FROM jobs WHERE state = 'dead'))
                            + $2 * interval '1 microsecond') AS first,
                    moment.at + $2 * interval '1 microsecond' AS last
                FROM (SELECT COALESCE($1, statement_timestamp()) AS at) AS moment
            ) AS span
            """, parameters: [.timestamptz, .int8]
    ) { try $0.value() }

    /// The months of jobs that had no month when they were archived.
    static let waitingMonths = Statement<Timestamp>(
        name: "archive_waiting_months",
        sql: """
            SELECT DISTINCT date_trunc('month', kept_until, 'UTC') AS month
            FROM archived_jobs_rest
            WHERE kept_until > COALESCE($1, statement_timestamp())
            ORDER BY month
            LIMIT 24
            """, parameters: [.timestamptz]
    ) { try $0.value() }

    static let makeMonth = Statement<Int32>(
        name: "archive_make_month", sql: "SELECT make_archive_partitions($1, 0)", parameters: [.timestamptz]
    ) { try $0.value() }

    static let dropMonths = Statement<Int32>(
        name: "archive_drop_months", sql: "SELECT drop_archive_partitions(COALESCE($1, statement_timestamp()))",
        parameters: [.timestamptz]
    ) { try $0.value() }

    static let makeMonthsOf = Statement<Int32>(
        name: "housekeeping_make_months",
        sql: "SELECT make_partitions($1::regclass, 'month', COALESCE($2, statement_timestamp()), 2)",
        parameters: [.text, .timestamptz]
    ) { try $0.value() }

    static let dropMonthsOf = Statement<Int32>(
        name: "housekeeping_drop_months",
        sql: """
            SELECT drop_partitions(
                $1::regclass, 'month', COALESCE($2, statement_timestamp()) - $3 * interval '1 microsecond')
            """, parameters: [.text, .timestamptz, .int8]
    ) { try $0.value() }

    static let makeDays = Statement<Int32>(
        name: "housekeeping_make_days",
        sql: "SELECT make_day_partitions($1::regclass, COALESCE($2, statement_timestamp()), 3)",
        parameters: [.text, .timestamptz]
    ) { try $0.value() }

    static let dropDays = Statement<Int32>(
        name: "housekeeping_drop_days",
        sql: """
            SELECT drop_day_partitions(
                $1::regclass, COALESCE($2, statement_timestamp()) - $3 * interval '1 microsecond')
            """, parameters: [.text, .timestamptz, .int8]
    ) { try $0.value() }
}
