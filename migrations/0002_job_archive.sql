-- Finished jobs after their hot time, where Postgres is the archive: one partition a month of their end (UTC), so that
-- old months leave by DROP and not by DELETE. The program makes the coming months' partitions ahead.

CREATE TABLE archived_jobs (
    id                  uuid        NOT NULL,
    owner_id            uuid        NOT NULL,
    kind                text        NOT NULL,
    payload             text        NOT NULL,
    queue               text        NOT NULL,
    ordering_key        text,
    run_at              timestamptz NOT NULL,
    expires_at          timestamptz,
    priority            smallint    NOT NULL,
    max_attempts        integer     NOT NULL,
    timeout_ms          bigint,
    retry_base_ms       bigint,
    retry_cap_ms        bigint,
    retry_max_age_ms    bigint,
    tags                text[]      NOT NULL,
    metadata            text        NOT NULL,
    state               text        NOT NULL,
    attempt             integer     NOT NULL,
    lost_leases         integer     NOT NULL,
    generation          integer     NOT NULL,
    cancel_requested_at timestamptz,
    progress_percent    smallint,
    progress_text       text,
    created_at          timestamptz NOT NULL,
    started_at          timestamptz,
    finished_at         timestamptz NOT NULL,
    last_error_code     text,
    last_error_message  text,
    last_error_at       timestamptz,
    result              text,
    -- The partition key must be part of it; the program keeps one row an id.
    CONSTRAINT archived_jobs_pkey PRIMARY KEY (id, finished_at),
    CONSTRAINT archived_jobs_state_terminal CHECK (state IN ('succeeded', 'dead', 'cancelled', 'expired'))
) PARTITION BY RANGE (finished_at);

CREATE INDEX archived_jobs_owner_id_created_at_idx ON archived_jobs (owner_id, created_at DESC, id DESC);

-- Takes what no month takes, so that archiving never fails for want of a partition.
CREATE TABLE archived_jobs_rest PARTITION OF archived_jobs DEFAULT;

-- Makes the partitions of the month of "first" and of the "ahead" months after it, those that are missing, and moves
-- into them what waits in archived_jobs_rest. Answers how many it made.
CREATE FUNCTION make_archive_partitions(first timestamptz, ahead integer) RETURNS integer
LANGUAGE plpgsql AS $function$
DECLARE
    month timestamp := date_trunc('month', first AT TIME ZONE 'UTC');
    until timestamp := month + make_interval(months => ahead);
    made  integer   := 0;
    name  text;
    lower timestamptz;
    upper timestamptz;
BEGIN
    -- One maker at a time, across all processes.
    PERFORM pg_advisory_xact_lock(hashtext('make_archive_partitions'));
    WHILE month <= until LOOP
        name  := 'archived_jobs_' || to_char(month, 'YYYY_MM');
        lower := month AT TIME ZONE 'UTC';
        upper := (month + interval '1 month') AT TIME ZONE 'UTC';
        month := month + interval '1 month';
        CONTINUE WHEN to_regclass(quote_ident(name)) IS NOT NULL;
        -- Held from before the move, so that nothing arrives there between the move and the attachment.
        LOCK TABLE archived_jobs_rest IN ACCESS EXCLUSIVE MODE;
        EXECUTE format('CREATE TABLE %I (LIKE archived_jobs INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name);
        EXECUTE format(
            'WITH moved AS (DELETE FROM archived_jobs_rest WHERE finished_at >= %L AND finished_at < %L RETURNING *)'
            ' INSERT INTO %I SELECT * FROM moved', lower, upper, name);
        EXECUTE format(
            'ALTER TABLE archived_jobs ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, lower, upper);
        made := made + 1;
    END LOOP;
    RETURN made;
END
$function$;

-- Drops the months that ended before "before", and what is as old in archived_jobs_rest. Answers how many months.
CREATE FUNCTION drop_archive_partitions(before timestamptz) RETURNS integer
LANGUAGE plpgsql AS $function$
DECLARE
    dropped integer := 0;
    name    text;
BEGIN
    FOR name IN
        SELECT child.relname
        FROM pg_inherits
        JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
        WHERE pg_inherits.inhparent = 'archived_jobs'::regclass
          AND child.relname ~ '^archived_jobs_\d{4}_\d{2}$'
          AND to_date(right(child.relname, 7), 'YYYY_MM') + interval '1 month' <= before AT TIME ZONE 'UTC'
    LOOP
        EXECUTE format('DROP TABLE %I', name);
        dropped := dropped + 1;
    END LOOP;
    DELETE FROM archived_jobs_rest WHERE finished_at < before;
    RETURN dropped;
END
$function$;

SELECT make_archive_partitions(statement_timestamp(), 3);
