"""Jobs that come as records."""

import pathlib

import tools
from references import BODY, INSERT, LIFE_CYCLE
from samples import Goal, Sample
from scenario import Scenario, lives
from system import TOPIC, Meter, System, until


class KafkaToDone(Scenario):
    name, unit = "kafka", "jobs/s"
    measures = "50,000 records → noop → done; times from row to end"
    settings = {"WORKER_CONCURRENCY": "1000"}
    references = (LIFE_CYCLE,)
    goals = (Goal("SQL life cycle", at_least=0.6),)
    count = 50_000
    record = BODY

    async def prepare(self, system: System) -> None:
        # Every partition has been read from before anything is measured.
        await self._produce(system, 200)

    async def _produce(self, system: System, count: int) -> tuple[Meter, str, float]:
        since = await system.clock()
        lines: pathlib.Path = system.folder / "records"
        lines.write_text((self.record + "\n") * count)
        with Meter(system) as meter:
            done = await tools.produce(system.brokers, TOPIC, lines)
            await until(lambda: self._are_there(system, since, count), 120, f"{count} jobs of records", pause=0.2)
            await self._finish(system)
        return meter, since, done.seconds

    async def _are_there(self, system: System, since: str, count: int) -> bool:
        rows = await system.sql(f"SELECT count(*) FROM jobs WHERE created_at >= '{since}'")
        return int(rows[0][0]) >= count

    async def _finish(self, system: System) -> None:
        await system.settle()

    async def measure(self, system: System, seconds: float) -> Sample:
        await system.checkpoint()
        meter, since, load = await self._produce(system, self.count)
        count, took, latencies = await lives(system, since)
        return meter.sample(count / took, count, load, latencies=latencies)


class Ingest(KafkaToDone):
    """Scheduled for a day that does not come, so that nothing but reading and writing is done."""

    name, measures = "ingest", "50,000 records → rows"
    references = (INSERT,)
    goals = ()
    record = BODY[:-1] + ',"run_at":"2099-01-01T00:00:00Z"}'

    async def _finish(self, system: System) -> None:
        pass

    async def measure(self, system: System, seconds: float) -> Sample:
        await system.checkpoint()
        meter, since, load = await self._produce(system, self.count)
        row, = await system.sql(f"SELECT count(*), extract(epoch FROM max(created_at) - min(created_at)) FROM jobs "
                                f"WHERE created_at >= '{since}'")
        await system.sql("TRUNCATE jobs, job_attempts")
        return meter.sample(int(row[0]) / float(row[1]), int(row[0]), load)
