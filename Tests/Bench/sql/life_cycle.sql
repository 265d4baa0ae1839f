\set turn :turn + 1
\set low :client_id * 1000000000 + :turn * :batch
\set high :low + :batch - 1
INSERT INTO bench_jobs (id, owner_id, kind, payload, queue, run_at, priority, max_attempts, tags, metadata, state, created_at, due_at)
SELECT bench_id(n), '00000000-0000-7000-8000-000000000001', :kind, :payload, 'default', statement_timestamp(), 5, 25, '{}', '{}', 'queued', statement_timestamp(), statement_timestamp() + interval '2 s'
FROM generate_series(:low::bigint, :high::bigint) AS n;
UPDATE bench_jobs SET state = 'running', attempt = attempt + 1, lease_token = gen_random_uuid(), consumer = 'bench', started_at = statement_timestamp(), due_at = statement_timestamp() + interval '10 s'
WHERE id = ANY (ARRAY(SELECT bench_id(n) FROM generate_series(:low::bigint, :high::bigint) AS n)) AND state = 'queued';
UPDATE bench_jobs SET state = 'succeeded', lease_token = NULL, consumer = NULL, finished_at = statement_timestamp(), due_at = NULL
WHERE id = ANY (ARRAY(SELECT bench_id(n) FROM generate_series(:low::bigint, :high::bigint) AS n)) AND state = 'running';
