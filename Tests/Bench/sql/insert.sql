INSERT INTO bench_inserts (kind, payload) VALUES (:kind, :payload);
