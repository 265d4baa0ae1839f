-- How many jobs are in which state, kept up by triggers instead of counted. The triggers count the statements of every
-- release, also of the one before, and whatever is done by hand.
--
-- A count belongs to a queue, a state and a bucket of time: the second of its acceptance for a queued job, so that the
-- oldest is known; the minute of its end for an ended one, so that what is overdue for the archive is known; the epoch
-- for every other.

-- What has happened since the last fold. Written and read whole: it needs no index, and no two writers ever meet.
CREATE TABLE queue_count_changes (
    queue  text        NOT NULL,
    state  text        NOT NULL,
    bucket timestamptz NOT NULL,
    jobs   integer     NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000, autovacuum_vacuum_cost_delay = 0);

-- The sum of what was folded. With queue_count_changes added it is exact at any moment; alone it may even be negative.
CREATE TABLE queue_counts (
    state  text        NOT NULL,
    queue  text        NOT NULL,
    bucket timestamptz NOT NULL,
    jobs   bigint      NOT NULL,
    CONSTRAINT queue_counts_pkey PRIMARY KEY (state, queue, bucket)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 500);

-- The bucket of a job. A CASE and nothing else, so that the planner sets it in where it is called.
CREATE FUNCTION queue_count_bucket(state text, created_at timestamptz, finished_at timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $function$
    SELECT CASE
        WHEN finished_at IS NOT NULL THEN date_trunc('minute', finished_at)
        WHEN state = 'queued' THEN date_trunc('second', created_at)
        ELSE timestamptz 'epoch'
    END
$function$;

CREATE FUNCTION count_inserted_jobs() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO queue_count_changes (queue, state, bucket, jobs)
    SELECT changed.queue, changed.state, changed.bucket, count(*)
    FROM (
        SELECT queue, state, queue_count_bucket(state, created_at, finished_at) AS bucket FROM new_jobs
    ) AS changed
    GROUP BY changed.queue, changed.state, changed.bucket;
    RETURN NULL;
END
$function$;

-- Renewals and reports of progress move no job, and leave nothing.
CREATE FUNCTION count_updated_jobs() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO queue_count_changes (queue, state, bucket, jobs)
    SELECT changed.queue, changed.state, changed.bucket, sum(changed.jobs)
    FROM (
        SELECT queue, state, queue_count_bucket(state, created_at, finished_at) AS bucket, -1 AS jobs FROM old_jobs
        UNION ALL
        SELECT queue, state, queue_count_bucket(state, created_at, finished_at), 1 FROM new_jobs
    ) AS changed
    GROUP BY changed.queue, changed.state, changed.bucket
    HAVING sum(changed.jobs) <> 0;
    RETURN NULL;
END
$function$;

CREATE FUNCTION count_deleted_jobs() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO queue_count_changes (queue, state, bucket, jobs)
    SELECT changed.queue, changed.state, changed.bucket, -count(*)
    FROM (
        SELECT queue, state, queue_count_bucket(state, created_at, finished_at) AS bucket FROM old_jobs
    ) AS changed
    GROUP BY changed.queue, changed.state, changed.bucket;
    RETURN NULL;
END
$function$;

-- Nobody else can count meanwhile: the table is locked.
CREATE FUNCTION count_truncated_jobs() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO queue_count_changes (queue, state, bucket, jobs)
    SELECT counted.queue, counted.state, counted.bucket, -sum(counted.jobs)
    FROM (
        SELECT queue, state, bucket, jobs FROM queue_counts
        UNION ALL
        SELECT queue, state, bucket, jobs FROM queue_count_changes
    ) AS counted
    GROUP BY counted.queue, counted.state, counted.bucket
    HAVING sum(counted.jobs) <> 0;
    RETURN NULL;
END
$function$;

-- Nothing may change between the triggers and the first count.
LOCK TABLE jobs IN SHARE ROW EXCLUSIVE MODE;

CREATE TRIGGER jobs_count_inserted AFTER INSERT ON jobs
    REFERENCING NEW TABLE AS new_jobs FOR EACH STATEMENT EXECUTE FUNCTION count_inserted_jobs();
CREATE TRIGGER jobs_count_updated AFTER UPDATE ON jobs
    REFERENCING OLD TABLE AS old_jobs NEW TABLE AS new_jobs FOR EACH STATEMENT EXECUTE FUNCTION count_updated_jobs();
CREATE TRIGGER jobs_count_deleted AFTER DELETE ON jobs
    REFERENCING OLD TABLE AS old_jobs FOR EACH STATEMENT EXECUTE FUNCTION count_deleted_jobs();
CREATE TRIGGER jobs_count_truncated AFTER TRUNCATE ON jobs
    FOR EACH STATEMENT EXECUTE FUNCTION count_truncated_jobs();

INSERT INTO queue_counts (state, queue, bucket, jobs)
SELECT jobs.state, jobs.queue, queue_count_bucket(jobs.state, jobs.created_at, jobs.finished_at), count(*)
FROM jobs
GROUP BY 1, 2, 3;
