\set id random(1, :rows)
SELECT kind, payload, created_at FROM bench_inserts WHERE id = :id;
