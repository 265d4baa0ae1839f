-- What it takes to read a dead record anew and get the same job.
--
-- Safe under the release before: it neither fills the columns nor reads them. Such records replay as of the first life
-- of their topic, and are found by no kind.

ALTER TABLE dead_records ADD COLUMN incarnation integer;
-- The kind that the record asks for, as far as it could be read.
ALTER TABLE dead_records ADD COLUMN kind text;
