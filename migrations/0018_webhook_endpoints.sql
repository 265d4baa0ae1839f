-- Receivers of webhooks that users have registered, and the keys that sign what is sent to them.
--
-- Safe under the release before, which knows nothing of it.

CREATE TABLE webhook_endpoints (
    id              uuid        NOT NULL,
    owner_id        uuid        NOT NULL,
    name            text        NOT NULL,
    url             text        NOT NULL,
    header_names    text[]      NOT NULL,
    -- They may hold secrets, and must be sent as they are.
    header_values   text[]      NOT NULL,
    concurrency     integer     NOT NULL,
    -- Calls a second; NULL for any number.
    rate            integer,
    is_enabled      boolean     NOT NULL,
    -- Why we ourselves have disabled it.
    disabled_reason text,
    -- Until then nothing is sent.
    closed_until    timestamptz,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_endpoints_owner_id_name_key UNIQUE (owner_id, name),
    CONSTRAINT webhook_endpoints_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT webhook_endpoints_headers_paired CHECK (cardinality(header_names) = cardinality(header_values)),
    CONSTRAINT webhook_endpoints_limits_positive CHECK (concurrency > 0 AND rate > 0),
    CONSTRAINT webhook_endpoints_reason_only_disabled CHECK (disabled_reason IS NULL OR NOT is_enabled)
);

CREATE INDEX webhook_endpoints_created_at_idx ON webhook_endpoints (created_at DESC, id DESC);

CREATE TABLE webhook_secrets (
    id          uuid        NOT NULL,
    endpoint_id uuid        NOT NULL,
    -- The key itself: signing needs it, so that no digest would do.
    key         bytea       NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz,
    CONSTRAINT webhook_secrets_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_secrets_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints (id)
        ON DELETE CASCADE
);

CREATE INDEX webhook_secrets_endpoint_id_idx ON webhook_secrets (endpoint_id, created_at DESC, id DESC);
