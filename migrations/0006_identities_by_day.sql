-- The submissions that have become jobs, by the day (UTC) on which they did, so that old days leave by DROP.
--
-- Safe under the release before: that goes on writing and reading ingest_identities alone, where this release looks
-- too. What this release has ingested the one before does not know by its identity, only by the id of the job.
-- ingest_identities goes, and the function below forgets it, in a later migration, once its rows are past their time.

CREATE TABLE ingest_identities_by_day (
    identity uuid NOT NULL,
    seen_on  date NOT NULL,
    -- One row an identity and day; that there is none of another day is looked up before.
    CONSTRAINT ingest_identities_by_day_pkey PRIMARY KEY (identity, seen_on)
) PARTITION BY RANGE (seen_on);

-- Takes what no day takes, so that ingest never fails for want of a partition.
CREATE TABLE ingest_identities_by_day_rest PARTITION OF ingest_identities_by_day DEFAULT;

SELECT make_day_partitions('ingest_identities_by_day', statement_timestamp(), 3);

-- Those of the identities that were ingested before. An identity tells nothing of its day, so that every day is
-- looked in: by its index, also while a new day has so few rows that the planner would rather read them all, and keep
-- to that plan when there are millions.
CREATE FUNCTION known_ingest_identities(identities uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $function$
BEGIN
    RETURN QUERY
    SELECT known.identity FROM ingest_identities_by_day AS known WHERE known.identity = ANY (identities)
    UNION ALL
    SELECT known.identity FROM ingest_identities AS known WHERE known.identity = ANY (identities);
END
$function$;
