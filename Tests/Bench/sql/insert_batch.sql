INSERT INTO bench_jobs (id, owner_id, kind, payload, queue, run_at, priority, max_attempts, tags, metadata, state, created_at, due_at)
SELECT gen_random_uuid(), '00000000-0000-7000-8000-000000000001', :kind, :payload, 'default', statement_timestamp(), 5, 25, '{}', '{}', 'queued', statement_timestamp(), statement_timestamp() + interval '2 s'
FROM generate_series(1, :batch);
