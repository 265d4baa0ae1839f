"""How soon a job starts when there is room for it."""

import json

import tools
from samples import Goal, Sample
from scenario import Scenario, lives
from system import Meter, System

GOALS = {50: (Goal("p50", at_most=2), Goal("p99", at_most=8)), 5000: (Goal("p99", at_most=50),)}
SENT = "to_timestamp((payload::json ->> 'sent_us')::float8 / 1e6)"


class Latency(Scenario):
    """At a fixed rate, whatever the answers take. From when a request was due to be sent until the row says that its
    job was started: client and Postgres have the machine's clock."""

    unit = "jobs/s"
    # The development broker looks for new records only when a fetch's time is up; a real one answers at once.
    settings = {"KAFKA_PROPERTIES_FETCH_WAIT_MAX_MS": "1", "WORKER_CONCURRENCY": "256"}

    def __init__(self, rate: int) -> None:
        self.name, self._rate = f"latency-{rate}", rate
        self.measures = f"submit → start at {rate:,} jobs/s; also submit → done and submit → 202"
        self.goals = GOALS.get(rate, ())

    async def prepare(self, system: System) -> None:
        # The consumer hears of the first job of a partition a little later than of those after it.
        await self._submit(system, 2)

    async def _submit(self, system: System, seconds: float) -> tools.Done:
        words = [system.comparisons / "Pacer", system.port, system.token, self._rate, seconds, 64]
        done = await tools.run(words)
        await system.settle()
        return done

    async def measure(self, system: System, seconds: float) -> Sample:
        await system.checkpoint()
        since = await system.clock()
        with Meter(system) as meter:
            done = await self._submit(system, seconds)
        answers = json.loads(done.output)
        if answers["accepted"] != answers["due"]:
            raise RuntimeError(f"{self.name}: {answers}")
        count, took, started = await lives(system, since, end="started_at", start=SENT)
        _, _, ended = await lives(system, since, start=SENT)
        sample = meter.sample(count / took, count, done.seconds, latencies=started)
        sample.more |= {f"done {share}": value for share, value in ended.items()}
        sample.more |= {f"202 {share}": answers[f"{share}_us"] / 1000 for share in started}
        return sample
