-- Which job holds which unique key, and the replies that are kept under an Idempotency-Key.
--
-- Safe under the release before: it accepts nothing that is unique and refuses Idempotency-Key, so that it never writes
-- here. A unique job that it sends back to its queue does not take its claim again; while it runs beside this release,
-- two jobs of one active key may live at once.

-- A claim is free when nobody holds it, when its scope is active and its holder has ended, and when its window is over:
-- whoever comes next takes it over, so that no end of a job has anything to do here.
CREATE TABLE unique_claims (
    owner_id   uuid NOT NULL,
    kind       text NOT NULL,
    key        text NOT NULL,
    -- NULL while the row is but a lock: its first job is being accepted, or was not.
    job_id     uuid,
    scope      text,
    -- When the window ends.
    expires_at timestamptz,
    CONSTRAINT unique_claims_pkey PRIMARY KEY (owner_id, kind, key),
    CONSTRAINT unique_claims_scope_known CHECK (scope IN ('active', 'forever', 'window')),
    CONSTRAINT unique_claims_scope_iff_held CHECK ((scope IS NOT NULL) = (job_id IS NOT NULL)),
    CONSTRAINT unique_claims_expires_iff_window CHECK ((expires_at IS NOT NULL) = COALESCE(scope = 'window', false))
);

-- What housekeeping walks through, looking for free ones.
CREATE INDEX unique_claims_passing_idx ON unique_claims (owner_id, kind, key) WHERE scope IS DISTINCT FROM 'forever';

-- What the job claims, as the program spells it.
ALTER TABLE archived_jobs ADD COLUMN unique_claim text;

-- The replies to requests that bore an Idempotency-Key and did something, by the day (UTC) on which they did, so that
-- old days leave by DROP.
CREATE TABLE idempotency_records (
    owner_id      uuid        NOT NULL,
    -- Method and path.
    route         text        NOT NULL,
    key           text        NOT NULL,
    kept_on       date        NOT NULL,
    -- Of what was asked.
    digest        bytea       NOT NULL,
    status        integer     NOT NULL,
    header_names  text[]      NOT NULL,
    header_values text[]      NOT NULL,
    body          bytea       NOT NULL,
    created_at    timestamptz NOT NULL,
    -- One row a request and day; that there is none of the last 24 hours is looked up before, under a lock.
    CONSTRAINT idempotency_records_pkey PRIMARY KEY (owner_id, route, key, kept_on),
    CONSTRAINT idempotency_records_digest_is_sha256 CHECK (octet_length(digest) = 32),
    CONSTRAINT idempotency_records_headers_paired CHECK (cardinality(header_names) = cardinality(header_values))
) PARTITION BY RANGE (kept_on);

-- Takes what no day takes, so that no request fails for want of a partition.
CREATE TABLE idempotency_records_rest PARTITION OF idempotency_records DEFAULT;

SELECT make_day_partitions('idempotency_records', statement_timestamp(), 3);

ALTER TABLE erasures ADD COLUMN removed_idempotency_records bigint NOT NULL DEFAULT 0;
ALTER TABLE erasures ADD COLUMN removed_unique_claims bigint NOT NULL DEFAULT 0;
ALTER TABLE erasures ADD CONSTRAINT erasures_key_counts_not_negative CHECK
    (removed_idempotency_records >= 0 AND removed_unique_claims >= 0);

-- Last, because nobody reads jobs until this is committed.
ALTER TABLE jobs ADD COLUMN unique_claim text;
