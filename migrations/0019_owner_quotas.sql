-- How much each owner has, kept up by the triggers that count jobs (0004), and what single users may have.
--
-- Safe under the release before: its statements fire the new functions, and it never folds what these write besides, so
-- that the changes wait for a process of this one.

-- In place of the default; where a column is null the default holds.
CREATE TABLE user_quotas (
    user_id       uuid        NOT NULL,
    live_jobs     bigint,
    payload_bytes bigint,
    updated_at    timestamptz NOT NULL,
    CONSTRAINT user_quotas_pkey PRIMARY KEY (user_id),
    CONSTRAINT user_quotas_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT user_quotas_limits_not_negative CHECK (live_jobs >= 0 AND payload_bytes >= 0),
    CONSTRAINT user_quotas_some_limit CHECK (live_jobs IS NOT NULL OR payload_bytes IS NOT NULL)
);

-- What has happened since the last fold, as queue_count_changes: a row a statement and owner.
CREATE TABLE owner_usage_changes (
    owner_id      uuid   NOT NULL,
    jobs          bigint NOT NULL,
    payload_bytes bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000, autovacuum_vacuum_cost_delay = 0);

-- The sum of what was folded: jobs that have not ended, and the bytes of their payloads.
CREATE TABLE owner_usage (
    owner_id      uuid   NOT NULL,
    jobs          bigint NOT NULL,
    payload_bytes bigint NOT NULL,
    CONSTRAINT owner_usage_pkey PRIMARY KEY (owner_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 500);

-- The first half of each function is what it was. The length of a payload is known without reading it.

CREATE OR REPLACE FUNCTION count_inserted_jobs() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO queue_count_changes (queue, state, bucket, jobs)
    SELECT changed.queue, changed.state, changed.bucket, count(*)
    FROM (
        SELECT queue, state, queue_count_bucket(state, created_at, finished_at) AS bucket FROM new_jobs
    ) AS changed
    GROUP BY changed.queue, changed.state, changed.bucket;
    INSERT INTO owner_usage_changes (owner_id, jobs, payload_bytes)
    SELECT owner_id, count(*), sum(octet_length(payload))
    FROM new_jobs
    WHERE finished_at IS NULL
    GROUP BY owner_id;
    RETURN NULL;
END
$function$;

-- Renewals and reports of progress move no job, and leave nothing. Of claims and the like, which neither end jobs nor
-- send ended ones back, nothing is summed up for owners. That a live job gets another payload or owner no statement of a
-- release does; what somebody does by hand is mended by the comparison with the jobs.
CREATE OR REPLACE FUNCTION count_updated_jobs() RETURNS trigger
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
    IF EXISTS (SELECT FROM new_jobs WHERE finished_at IS NOT NULL)
        OR EXISTS (SELECT FROM old_jobs WHERE finished_at IS NOT NULL)
    THEN
        INSERT INTO owner_usage_changes (owner_id, jobs, payload_bytes)
        SELECT changed.owner_id, sum(changed.jobs), sum(changed.payload_bytes)
        FROM (
            SELECT owner_id, -1 AS jobs, -octet_length(payload) AS payload_bytes
            FROM old_jobs
            WHERE finished_at IS NULL
            UNION ALL
            SELECT owner_id, 1, octet_length(payload)
            FROM new_jobs
            WHERE finished_at IS NULL
        ) AS changed
        GROUP BY changed.owner_id
        HAVING sum(changed.jobs) <> 0 OR sum(changed.payload_bytes) <> 0;
    END IF;
    RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION count_deleted_jobs() RETURNS trigger
LANGUAGE plpgsql AS $function$
BEGIN
    INSERT INTO queue_count_changes (queue, state, bucket, jobs)
    SELECT changed.queue, changed.state, changed.bucket, -count(*)
    FROM (
        SELECT queue, state, queue_count_bucket(state, created_at, finished_at) AS bucket FROM old_jobs
    ) AS changed
    GROUP BY changed.queue, changed.state, changed.bucket;
    INSERT INTO owner_usage_changes (owner_id, jobs, payload_bytes)
    SELECT owner_id, -count(*), -sum(octet_length(payload))
    FROM old_jobs
    WHERE finished_at IS NULL
    GROUP BY owner_id;
    RETURN NULL;
END
$function$;

-- Nobody else can count meanwhile: the table is locked.
CREATE OR REPLACE FUNCTION count_truncated_jobs() RETURNS trigger
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
    INSERT INTO owner_usage_changes (owner_id, jobs, payload_bytes)
    SELECT counted.owner_id, -sum(counted.jobs), -sum(counted.payload_bytes)
    FROM (
        SELECT owner_id, jobs, payload_bytes FROM owner_usage
        UNION ALL
        SELECT owner_id, jobs, payload_bytes FROM owner_usage_changes
    ) AS counted
    GROUP BY counted.owner_id
    HAVING sum(counted.jobs) <> 0 OR sum(counted.payload_bytes) <> 0;
    RETURN NULL;
END
$function$;

-- Nothing may change between the new functions and the first count.
LOCK TABLE jobs IN SHARE ROW EXCLUSIVE MODE;

INSERT INTO owner_usage (owner_id, jobs, payload_bytes)
SELECT owner_id, count(*), sum(octet_length(payload))
FROM jobs
WHERE finished_at IS NULL
GROUP BY owner_id;
