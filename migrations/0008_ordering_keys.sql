-- Order by key: jobs of one owner, queue and ordering key run one at a time, in order of acceptance.
--
-- Safe under the release before, which refuses ordering keys. It frees nobody, though, when it ends a job that has one:
-- let keyed jobs come when it is gone. What it leaves behind is found by the upkeep within the hour.

-- A row is the lock under which the jobs of its key are accepted and ended: it is taken before the row of any job of
-- the key. It goes when no job of the key is live and nobody holds it.
CREATE TABLE ordering_keys (
    owner_id     uuid   NOT NULL,
    queue        text   NOT NULL,
    ordering_key text   NOT NULL,
    -- The position given last. It begins at the time in microseconds, so that it grows on when the row comes again.
    tail         bigint NOT NULL,
    -- The dead job behind which the others wait until an operator has looked.
    held_by      uuid,
    CONSTRAINT ordering_keys_pkey PRIMARY KEY (owner_id, queue, ordering_key)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0);

ALTER TABLE jobs
    -- Its place among the jobs of its key; NULL without one.
    ADD COLUMN ordering_position bigint,
    -- Whether its death holds its key.
    ADD COLUMN holds_key boolean NOT NULL DEFAULT false;

-- A blocked job is looked at when it expires. Not checked against the rows that are there: they obey a stricter rule.
ALTER TABLE jobs
    DROP CONSTRAINT jobs_due_iff_waiting_or_running,
    ADD CONSTRAINT jobs_due_iff_waiting_or_running CHECK (CASE state
        WHEN 'blocked' THEN due_at IS NOT DISTINCT FROM expires_at
        ELSE (due_at IS NOT NULL) = (state IN ('scheduled', 'queued', 'running', 'retrying'))
    END) NOT VALID,
    ADD CONSTRAINT jobs_blocked_only_in_order CHECK (state <> 'blocked' OR ordering_position IS NOT NULL) NOT VALID;
