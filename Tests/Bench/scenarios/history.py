"""Whether what has been, and what others do, slows anything down."""

import asyncio

from samples import Goal
from scenarios.submit import SubmitToDone
from system import System

FILL = """
    INSERT INTO jobs (id, owner_id, kind, payload, queue, run_at, priority, max_attempts, tags, metadata, state,
                      attempt, created_at, started_at, finished_at)
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(n & 4095), 3, '0')
               || '8' || substr(md5(n::text), 1, 15))::uuid,
           (SELECT id FROM users ORDER BY created_at LIMIT 1), 'noop', repeat('x', 290), 'default', at, 5, 25,
           '{{}}', '{{}}', 'succeeded', 1, at, at, at
    FROM (SELECT n, now() - interval '1 day' + n * interval '1 day' / {count} AS at
          FROM generate_series({low}, {high}) AS n) AS past
"""


class History(SubmitToDone):
    is_long = True
    is_compared_with_fresh = True
    references = ()
    goals = (Goal("fresh", at_least=0.95),)

    def __init__(self, count: int) -> None:
        self.name, self._count = "history", count
        self.measures = f"as `done`, with {count:,} finished jobs that are not archived yet"

    async def prepare(self, system: System) -> None:
        step = 250_000
        for low in range(1, self._count + 1, step):
            high = min(low + step - 1, self._count)
            await system.sql(FILL.format(count=self._count, low=low, high=high), limit=600)
        await system.sql("VACUUM ANALYZE jobs", limit=1200)


class OpenTransaction(SubmitToDone):
    is_long = True
    is_compared_with_fresh = True
    references = ()
    goals = (Goal("fresh", at_least=0.5),)

    def __init__(self, seconds: float) -> None:
        self.name, self._seconds = "open-transaction", seconds
        self.measures = f"as `done`, with a transaction open since {seconds:.0f} s before the first round"

    async def prepare(self, system: System) -> None:
        # Held by its task, and ended with the server.
        self._open = asyncio.create_task(system.postgres.query(
            "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM jobs; SELECT pg_sleep(86400)", limit=86400))
        end = asyncio.get_running_loop().time() + self._seconds
        while asyncio.get_running_loop().time() < end:
            await self.measure(system, 10)
