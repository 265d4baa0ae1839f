-- Users being removed with everything that was theirs.
--
-- Safe under the release before: it neither knows the table nor fills the column, and dead records that it keeps
-- belong to nobody.

CREATE TABLE erasures (
    id                    uuid        NOT NULL,
    -- The user itself is gone.
    user_id               uuid        NOT NULL,
    phase                 text        NOT NULL,
    removed_jobs          bigint      NOT NULL DEFAULT 0,
    removed_archived_jobs bigint      NOT NULL DEFAULT 0,
    removed_dead_records  bigint      NOT NULL DEFAULT 0,
    created_at            timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    -- Since when it has been in its phase.
    phase_at              timestamptz NOT NULL,
    finished_at           timestamptz,
    CONSTRAINT erasures_pkey PRIMARY KEY (id),
    CONSTRAINT erasures_user_id_key UNIQUE (user_id),
    CONSTRAINT erasures_phase_known CHECK (phase IN ('jobs', 'archive', 'dead_records', 'verifying', 'done')),
    CONSTRAINT erasures_finished_iff_done CHECK ((finished_at IS NOT NULL) = (phase = 'done')),
    CONSTRAINT erasures_counts_not_negative CHECK
        (removed_jobs >= 0 AND removed_archived_jobs >= 0 AND removed_dead_records >= 0)
);

CREATE INDEX erasures_unfinished_idx ON erasures (updated_at, id) WHERE finished_at IS NULL;

-- Whose job the record would have become; NULL where nobody knows.
ALTER TABLE dead_records ADD COLUMN owner_id uuid;
