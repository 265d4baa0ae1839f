-- Who is next of an ordering key, and whether one of its jobs is on its way. Apart from the columns they are about, so
-- that building them holds up writes to jobs, not reads, for as long as it takes to read the table.

CREATE INDEX jobs_blocked_idx ON jobs (owner_id, queue, ordering_key, ordering_position, id) WHERE state = 'blocked';

-- The one that the blocked wait for. Unique: that jobs of a key run one at a time is a rule of the schema as well.
CREATE UNIQUE INDEX jobs_one_head_a_key ON jobs (owner_id, queue, ordering_key)
    WHERE ordering_key IS NOT NULL AND state IN ('scheduled', 'queued', 'running', 'retrying');
