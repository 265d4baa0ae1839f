"""Jobs submitted one by one over HTTP."""

import tools
from references import BODY, INSERT, echo_post
from samples import Goal, Sample
from scenario import Requests, Scenario, lives
from system import Meter, System

GOALS = {
    64: (Goal("pgbench insert", at_least=1.1),),
    256: (Goal("pgbench insert", at_least=1.4), Goal("POST echo", at_least=0.75), Goal("api µs", at_most=42),
          Goal("api MiB", at_most=128)),
}


class Submit(Requests):
    """No consumer runs: what is measured is acceptance alone."""

    unit = "jobs/s"
    has_consumer = False
    body = BODY

    def __init__(self, connections: int) -> None:
        self.name, self.connections = f"submit-{connections}", connections
        self.measures = f"POST /jobs, {connections} connections, durable"
        self.references = (INSERT, echo_post(connections))
        self.goals = GOALS.get(connections, ())

    def paths(self, system: System) -> list[str]:
        return ["/api/v1/jobs"]

    async def measure(self, system: System, seconds: float) -> Sample:
        await system.sql("TRUNCATE jobs, job_attempts")
        return await super().measure(system, seconds)


class SubmitToDone(Scenario):
    """As many as come, and all of them done."""

    name, unit = "done", "jobs/s"
    measures = "POST /jobs, 64 connections → noop → done"
    settings = {"WORKER_CONCURRENCY": "1000"}
    references = (INSERT,)

    async def measure(self, system: System, seconds: float) -> Sample:
        await system.checkpoint()
        since = await system.clock()
        with Meter(system) as meter:
            answers = await tools.wrk(system.port, 64, seconds, ["/api/v1/jobs"], token=system.token, body=BODY,
                                      scratch=system.folder)
            await system.settle()
        count, took, latencies = await lives(system, since)
        return meter.sample(count / took, count, answers.processor, latencies=latencies)
