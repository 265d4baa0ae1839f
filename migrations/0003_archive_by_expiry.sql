-- The archive by the time until which a job is kept, so that dropping a month honours a retention for each state and
-- queue; the ids from outside that stay known; the right to do the housekeeping; what the archiver reads.
--
-- Safe under the release before: it never writes archived_jobs, reads it by columns that are all still there, and
-- takes no notice of what is new in jobs. That release does not know the ids of archived jobs: let consumers of this one
-- start when it is gone, or with archive.store = none until then. Building the index on jobs holds up writes, not
-- reads, for as long as it takes to read the table once; the locks that hold up reads come after it, for a moment.

-- Partitions by time, of any table that is partitioned by range of one date or timestamptz column.

-- Makes the partitions of the unit ('day', 'month'; UTC) of "first" and of the "ahead" units after it, those that are
-- missing, and moves into them what waits in <parent>_rest, the DEFAULT partition, if there is one. A unit of which
-- more waits than can be moved in a moment is left out. Answers how many it made.
CREATE FUNCTION make_partitions(parent regclass, unit text, first timestamptz, ahead integer) RETURNS integer
LANGUAGE plpgsql SET lock_timeout = '1s' AS $function$
DECLARE
    step     interval  := '1 ' || unit;
    start    timestamp := date_trunc(unit, first AT TIME ZONE 'UTC');
    until    timestamp := start + ahead * step;
    family   text      := (SELECT relname FROM pg_class WHERE oid = parent);
    rest     regclass  := to_regclass(quote_ident(family || '_rest'));
    key      text      := (SELECT attname
                           FROM pg_partitioned_table
                           JOIN pg_attribute ON attrelid = partrelid AND attnum = partattrs[0]
                           WHERE partrelid = parent);
    made     integer   := 0;
    waiting  integer   := 0;
    name     text;
    lower    text;
    upper    text;
BEGIN
    WHILE start <= until LOOP
        name  := family || to_char(start, CASE unit WHEN 'day' THEN '_YYYY_MM_DD' ELSE '_YYYY_MM' END);
        lower := to_char(start, 'YYYY-MM-DD') || ' 00:00:00+00';
        upper := to_char(start + step, 'YYYY-MM-DD') || ' 00:00:00+00';
        start := start + step;
        CONTINUE WHEN to_regclass(quote_ident(name)) IS NOT NULL;
        -- One maker at a time, across all processes.
        PERFORM pg_advisory_xact_lock(hashtext('make_partitions'));
        CONTINUE WHEN to_regclass(quote_ident(name)) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', name, parent);
        IF rest IS NOT NULL THEN
            -- Held from before the move, so that nothing arrives there between the move and the attachment.
            EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', rest);
            EXECUTE format(
                'SELECT count(*) FROM (SELECT FROM %s WHERE %I >= %L AND %I < %L LIMIT 50001) AS waiting',
                rest, key, lower, key, upper) INTO waiting;
            IF waiting > 50000 THEN
                EXECUTE format('DROP TABLE %I', name);
                CONTINUE;
            END IF;
            EXECUTE format(
                'WITH moved AS (DELETE FROM %s WHERE %I >= %L AND %I < %L RETURNING *)'
                ' INSERT INTO %I SELECT * FROM moved', rest, key, lower, key, upper, name);
        END IF;
        EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, name, lower, upper);
        made := made + 1;
    END LOOP;
    RETURN made;
END
$function$;

-- Drops the partitions whose unit has ended at "before", and deletes some of what is as old in <parent>_rest. Answers
-- how many partitions.
CREATE FUNCTION drop_partitions(parent regclass, unit text, before timestamptz) RETURNS integer
LANGUAGE plpgsql SET lock_timeout = '1s' AS $function$
DECLARE
    family  text      := (SELECT relname FROM pg_class WHERE oid = parent);
    rest    regclass  := to_regclass(quote_ident(family || '_rest'));
    spelt   text      := CASE unit WHEN 'day' THEN 'YYYY_MM_DD' ELSE 'YYYY_MM' END;
    step    interval  := '1 ' || unit;
    ended   timestamp := before AT TIME ZONE 'UTC';
    key     text      := (SELECT attname
                          FROM pg_partitioned_table
                          JOIN pg_attribute ON attrelid = partrelid AND attnum = partattrs[0]
                          WHERE partrelid = parent);
    dropped integer   := 0;
    name    text;
BEGIN
    FOR name IN
        SELECT child.relname
        FROM pg_inherits
        JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
        WHERE pg_inherits.inhparent = parent
          AND child.relname ~ ('^' || family || '_' || regexp_replace(spelt, '[YMD]', '\\d', 'g') || '$')
          AND to_date(right(child.relname, length(spelt)), spelt) + step <= ended
        ORDER BY child.relname
    LOOP
        EXECUTE format('DROP TABLE %I', name);
        dropped := dropped + 1;
    END LOOP;
    IF rest IS NOT NULL THEN
        EXECUTE format(
            'DELETE FROM %s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %s WHERE %I < %L LIMIT 10000))',
            rest, rest, key, to_char(ended, 'YYYY-MM-DD HH24:MI:SS.US') || '+00');
    END IF;
    RETURN dropped;
END
$function$;

CREATE FUNCTION make_day_partitions(parent regclass, first timestamptz, ahead integer) RETURNS integer
LANGUAGE sql AS $function$ SELECT make_partitions(parent, 'day', first, ahead) $function$;

CREATE FUNCTION drop_day_partitions(parent regclass, before timestamptz) RETURNS integer
LANGUAGE sql AS $function$ SELECT drop_partitions(parent, 'day', before) $function$;

CREATE OR REPLACE FUNCTION make_archive_partitions(first timestamptz, ahead integer) RETURNS integer
LANGUAGE sql AS $function$ SELECT make_partitions('archived_jobs', 'month', first, ahead) $function$;

CREATE OR REPLACE FUNCTION drop_archive_partitions(before timestamptz) RETURNS integer
LANGUAGE sql AS $function$ SELECT drop_partitions('archived_jobs', 'month', before) $function$;

-- The archive anew.

CREATE TEMPORARY TABLE archived_before ON COMMIT DROP AS SELECT * FROM archived_jobs;

DROP TABLE archived_jobs;

CREATE TABLE archived_jobs (
    id                  uuid        NOT NULL,
    -- A row never changes; of several of one job the latest generation counts, and of that the one kept longest.
    generation          integer     NOT NULL,
    -- Until when the row is kept; 'infinity' for ever.
    kept_until          timestamptz NOT NULL,
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
    -- The runs as a JSON array; NULL for none.
    attempts            text,
    -- The partition key must be part of it.
    CONSTRAINT archived_jobs_pkey PRIMARY KEY (id, generation, kept_until),
    CONSTRAINT archived_jobs_state_terminal CHECK (state IN ('succeeded', 'dead', 'cancelled', 'expired'))
) PARTITION BY RANGE (kept_until);

CREATE INDEX archived_jobs_owner_id_created_at_idx ON archived_jobs (owner_id, created_at DESC, id DESC);

-- What did not end well is rare and looked for.
CREATE INDEX archived_jobs_owner_id_state_idx ON archived_jobs (owner_id, state, created_at DESC, id DESC)
    WHERE state <> 'succeeded';

CREATE TABLE archived_jobs_for_ever PARTITION OF archived_jobs FOR VALUES FROM ('infinity') TO (MAXVALUE);

-- Takes what no month takes, so that archiving never fails for want of a partition.
CREATE TABLE archived_jobs_rest PARTITION OF archived_jobs DEFAULT;

-- A year is how long jobs are kept where nothing else is said.
SELECT make_archive_partitions(statement_timestamp() + interval '11 months', 3);

SELECT make_archive_partitions(months.month, 0)
FROM (SELECT DISTINCT date_trunc('month', finished_at + interval '365 days', 'UTC') AS month
      FROM archived_before) AS months;

INSERT INTO archived_jobs (
    id, generation, kept_until, owner_id, kind, payload, queue, ordering_key, run_at, expires_at, priority,
    max_attempts, timeout_ms, retry_base_ms, retry_cap_ms, retry_max_age_ms, tags, metadata, state, attempt,
    lost_leases, cancel_requested_at, progress_percent, progress_text, created_at, started_at, finished_at,
    last_error_code, last_error_message, last_error_at, result)
SELECT
    id, generation, finished_at + interval '365 days', owner_id, kind, payload, queue, ordering_key, run_at, expires_at,
    priority, max_attempts, timeout_ms, retry_base_ms, retry_cap_ms, retry_max_age_ms, tags, metadata, state, attempt,
    lost_leases, cancel_requested_at, progress_percent, progress_text, created_at, started_at, finished_at,
    last_error_code, last_error_message, last_error_at, result
FROM archived_before;

-- The ids from outside whose jobs have gone to the archive, for some days, so that no job runs twice.
CREATE TABLE archived_job_ids (
    id          uuid NOT NULL,
    -- The day (UTC) on which the job left.
    archived_on date NOT NULL,
    CONSTRAINT archived_job_ids_pkey PRIMARY KEY (id, archived_on)
) PARTITION BY RANGE (archived_on);

CREATE TABLE archived_job_ids_rest PARTITION OF archived_job_ids DEFAULT;

SELECT make_day_partitions('archived_job_ids', statement_timestamp(), 3);

-- What the archiver reads; the dead, which stay longer, are in jobs_dead_idx.
CREATE INDEX jobs_ended_idx ON jobs (finished_at, id) WHERE finished_at IS NOT NULL AND state <> 'dead';

-- Three versions of a row live and die within its job's moments, and then the row itself goes: vacuumed at once and
-- without pauses the table stays small, however many jobs pass through it.
ALTER TABLE jobs SET (
    autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE job_attempts SET (
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- Which process does the fleet's housekeeping: at most one row.
CREATE TABLE housekeeping_lease (
    is_the_one boolean     NOT NULL DEFAULT true,
    holder     text        NOT NULL,
    held_until timestamptz NOT NULL,
    CONSTRAINT housekeeping_lease_pkey PRIMARY KEY (is_the_one),
    CONSTRAINT housekeeping_lease_only_one CHECK (is_the_one)
);

-- Whether the job's id came from outside. Of a job of the release before nobody knows: it counts as if it did. Last,
-- because nobody reads jobs until this is committed.
ALTER TABLE jobs ADD COLUMN has_own_id boolean NOT NULL DEFAULT true;
