-- The clusters that a partition was read from before, latest first, and since when it is read from the present one.
-- Whoever comes late and would open it under a former one's id is refused for a while.
ALTER TABLE ingest_partitions
    ADD COLUMN former_cluster_ids text[] NOT NULL DEFAULT '{}',
    ADD COLUMN cluster_since      timestamptz;
