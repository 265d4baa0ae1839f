-- Users, tokens, jobs, queues and ingest. Conventions: docs beside the domain's ports; payloads are text, never jsonb.

CREATE TABLE users (
    id         uuid        NOT NULL,
    email      text        NOT NULL,
    -- The address in lower case as the program folds it, so that the database's locale has no say.
    email_key  text        NOT NULL,
    name       text        NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_email_key_key UNIQUE (email_key)
);

CREATE INDEX users_created_at_idx ON users (created_at DESC, id DESC);

CREATE TABLE api_tokens (
    id         uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    name       text        NOT NULL,
    scopes     text[]      NOT NULL,
    digest     bytea       NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    CONSTRAINT api_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT api_tokens_digest_key UNIQUE (digest),
    CONSTRAINT api_tokens_digest_is_sha256 CHECK (octet_length(digest) = 32),
    CONSTRAINT api_tokens_scopes_not_empty CHECK (cardinality(scopes) > 0),
    CONSTRAINT api_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX api_tokens_user_id_idx ON api_tokens (user_id, created_at DESC, id DESC);

-- No foreign key to users: its check would run once a row. A batch locks its distinct owners instead, and removing a
-- user locks the user before it looks for live jobs.
CREATE TABLE jobs (
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
    attempt             integer     NOT NULL DEFAULT 0,
    lost_leases         integer     NOT NULL DEFAULT 0,
    generation          integer     NOT NULL DEFAULT 0,
    cancel_requested_at timestamptz,
    progress_percent    smallint,
    progress_text       text,
    created_at          timestamptz NOT NULL,
    started_at          timestamptz,
    finished_at         timestamptz,
    next_attempt_at     timestamptz,
    last_error_code     text,
    last_error_message  text,
    last_error_at       timestamptz,
    result              text,
    -- When a sweep may take the job up: the one deadline of every live job.
    due_at              timestamptz,
    lease_token         uuid,
    consumer            text,
    CONSTRAINT jobs_pkey PRIMARY KEY (id),
    CONSTRAINT jobs_state_known CHECK (state IN
        ('scheduled', 'blocked', 'queued', 'running', 'retrying', 'succeeded', 'dead', 'cancelled', 'expired')),
    CONSTRAINT jobs_lease_iff_running CHECK ((lease_token IS NOT NULL) = (state = 'running')),
    CONSTRAINT jobs_consumer_iff_running CHECK ((consumer IS NOT NULL) = (state = 'running')),
    CONSTRAINT jobs_finished_iff_terminal CHECK ((finished_at IS NOT NULL)
        = (state IN ('succeeded', 'dead', 'cancelled', 'expired'))),
    CONSTRAINT jobs_due_iff_waiting_or_running CHECK ((due_at IS NOT NULL)
        = (state IN ('scheduled', 'queued', 'running', 'retrying'))),
    CONSTRAINT jobs_next_attempt_iff_retrying CHECK ((next_attempt_at IS NOT NULL) = (state = 'retrying')),
    CONSTRAINT jobs_counts_not_negative CHECK (attempt >= 0 AND lost_leases >= 0 AND generation >= 0),
    CONSTRAINT jobs_priority_in_range CHECK (priority BETWEEN 0 AND 9)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02);

CREATE INDEX jobs_due_at_idx ON jobs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX jobs_owner_id_created_at_idx ON jobs (owner_id, created_at DESC, id DESC);
CREATE INDEX jobs_created_at_idx ON jobs (created_at DESC, id DESC);
CREATE INDEX jobs_dead_idx ON jobs (finished_at DESC, id DESC) WHERE state = 'dead';

-- One row a run that has ended. No foreign key to jobs, for the same reason; both go to the archive together.
CREATE TABLE job_attempts (
    job_id        uuid        NOT NULL,
    generation    integer     NOT NULL,
    attempt       integer     NOT NULL,
    -- Tells the runs apart that share an attempt's number because they did not count, in their order.
    number        bigint      GENERATED ALWAYS AS IDENTITY,
    started_at    timestamptz NOT NULL,
    finished_at   timestamptz NOT NULL,
    outcome       text        NOT NULL,
    error_code    text,
    error_message text,
    consumer      text        NOT NULL,
    CONSTRAINT job_attempts_pkey PRIMARY KEY (job_id, generation, attempt, number),
    CONSTRAINT job_attempts_outcome_known CHECK (outcome IN
        ('succeeded', 'failed', 'snoozed', 'released', 'cancelled', 'lost'))
);

-- The queues that start no jobs; a queue that is not here runs.
CREATE TABLE paused_queues (
    name      text        NOT NULL,
    paused_at timestamptz NOT NULL,
    CONSTRAINT paused_queues_pkey PRIMARY KEY (name)
);

-- Whether a user has live jobs, however many have ended.
CREATE INDEX jobs_live_owner_id_idx ON jobs (owner_id) WHERE finished_at IS NULL;

-- Where each partition stands: the truth about offsets.
CREATE TABLE ingest_partitions (
    topic       text    NOT NULL,
    partition   integer NOT NULL,
    next_offset bigint,
    epoch       bigint  NOT NULL,
    incarnation integer NOT NULL,
    -- What the cluster called itself when the partition was last taken over.
    cluster_id  text,
    CONSTRAINT ingest_partitions_pkey PRIMARY KEY (topic, partition)
);

-- The submissions that have become jobs, so that a record that comes again is known.
CREATE TABLE ingest_identities (
    identity   uuid        NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT ingest_identities_pkey PRIMARY KEY (identity)
);

-- Records that could not become jobs, whole.
CREATE TABLE dead_records (
    id             uuid        NOT NULL,
    topic          text        NOT NULL,
    partition      integer     NOT NULL,
    record_offset  bigint      NOT NULL,
    record_at      timestamptz,
    key            bytea,
    value          bytea,
    header_names   text[]      NOT NULL,
    header_values  bytea[]     NOT NULL,
    reason_code    text        NOT NULL,
    reason_message text        NOT NULL,
    created_at     timestamptz NOT NULL,
    CONSTRAINT dead_records_pkey PRIMARY KEY (id),
    CONSTRAINT dead_records_headers_paired CHECK (cardinality(header_names) = cardinality(header_values))
);

CREATE INDEX dead_records_created_at_idx ON dead_records (created_at DESC, id DESC);
