-- What the references write to: a plain table, and one with all columns, indexes and checks of jobs, but no triggers.
CREATE TABLE bench_inserts (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL,
    payload    text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE bench_jobs (LIKE jobs INCLUDING ALL) WITH (fillfactor = 80);
CREATE FUNCTION bench_id(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS
    $$ SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
GRANT ALL ON bench_inserts, bench_jobs TO millrace;
