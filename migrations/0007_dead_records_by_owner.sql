-- The dead records of one owner, for its erasure. Apart from the column it is about, so that building it holds up those
-- who keep dead records, and nobody who reads them.

CREATE INDEX dead_records_owner_id_idx ON dead_records (owner_id, id) WHERE owner_id IS NOT NULL;
