"""Jobs submitted by the thousand."""

from references import BODY, INSERT, INSERT_BATCH
from samples import Goal, Sample
from scenario import Requests
from system import System


class Bulk(Requests):
    name, unit = "bulk", "jobs/s"
    measures = "POST /jobs/bulk, 1,000 jobs a call, 4 connections; times are of calls"
    has_consumer = False
    references = (INSERT, INSERT_BATCH)
    goals = (Goal("pgbench insert", at_least=4.5),)
    connections, per_request = 4, 1000
    body = '{"jobs":[%s]}' % ",".join([BODY] * 1000)

    def paths(self, system: System) -> list[str]:
        return ["/api/v1/jobs/bulk"]

    async def measure(self, system: System, seconds: float) -> Sample:
        await system.sql("TRUNCATE jobs, job_attempts")
        return await super().measure(system, seconds)
