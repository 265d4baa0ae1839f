-- Who changed what: one row a change, written in the transaction of the change; by the month (UTC), so that old months
-- leave by DROP. Ids and words alone: neither secrets nor addresses, so that an erasure has nothing to remove here.
--
-- Safe under the release before, which knows nothing of it: what that changes is not in it.

CREATE TABLE audit_entries (
    id             uuid        NOT NULL,
    at             timestamptz NOT NULL,
    -- A process, by what it does; or a user, with the token that it used.
    actor_name     text,
    actor_user_id  uuid,
    actor_token_id uuid,
    action         text        NOT NULL,
    subject_type   text        NOT NULL,
    subject_id     text        NOT NULL,
    -- 'ok', or a problem's code.
    result         text        NOT NULL,
    request_id     text,
    -- The partition key must be part of it; the list goes by it.
    CONSTRAINT audit_entries_pkey PRIMARY KEY (at, id),
    CONSTRAINT audit_entries_one_actor CHECK ((actor_name IS NULL) <> (actor_user_id IS NULL)),
    CONSTRAINT audit_entries_token_of_user CHECK (actor_token_id IS NULL OR actor_user_id IS NOT NULL)
) PARTITION BY RANGE (at);

CREATE INDEX audit_entries_subject_idx ON audit_entries (subject_id, at DESC, id DESC);
CREATE INDEX audit_entries_actor_user_id_idx ON audit_entries (actor_user_id, at DESC, id DESC)
    WHERE actor_user_id IS NOT NULL;

-- Takes what no month takes, so that no change fails for want of a partition.
CREATE TABLE audit_entries_rest PARTITION OF audit_entries DEFAULT;

SELECT make_partitions('audit_entries', 'month', statement_timestamp(), 3);
