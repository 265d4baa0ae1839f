"""What every scenario is."""

import tools
from references import BODY, Reference
from samples import Goal, Sample
from system import Meter, System


class Scenario:
    """One thing that is measured. `goals` are what was asked for; a goal that names a reference is about the ratio."""

    name: str
    measures: str
    unit = "/s"
    references: tuple[Reference, ...] = ()
    goals: tuple[Goal, ...] = ()
    # Of the programs, over what every scenario has.
    settings: dict[str, str] = {}
    has_consumer = True
    # Takes minutes, or what its option says: left out unless it is asked for by name or with `--long`.
    is_long = False
    # Compared with itself in a system where nothing has been done beforehand.
    is_compared_with_fresh = False
    # One round is all that it needs.
    rounds: int | None = None

    async def prepare(self, system: System) -> None:
        """Once, before the first round."""

    async def measure(self, system: System, seconds: float) -> Sample:
        raise NotImplementedError


class Requests(Scenario):
    """Requests without a pause over some connections."""

    connections = 64

    def paths(self, system: System) -> list[str]:
        raise NotImplementedError

    body: str | None = None
    per_request = 1

    async def measure(self, system: System, seconds: float) -> Sample:
        await system.checkpoint()
        with Meter(system) as meter:
            answers = await tools.wrk(system.port, self.connections, seconds, self.paths(system), token=system.token,
                                      body=self.body, scratch=system.folder)
        if answers.refused:
            raise RuntimeError(f"{self.name}: {answers.refused} requests were refused or broke off")
        count = answers.count * self.per_request
        return meter.sample(count / answers.seconds, count, answers.processor, latencies=answers.latencies)


# Times of the jobs since a moment, all of one clock: the server's.
SUMMARY = """
    SELECT count(*), count(*) FILTER (WHERE state = 'succeeded'),
           extract(epoch FROM max(finished_at) - min({begin})),
           {percentiles}
    FROM jobs WHERE created_at >= '{since}'
"""
SHARES = {"p50": 0.5, "p99": 0.99, "p999": 0.999}


async def lives(system: System, since: str, begin: str = "created_at", end: str = "finished_at",
                start: str | None = None) -> tuple[int, float, dict[str, float]]:
    """How many jobs there were, how long all of them took from the first `begin` on, and the percentiles of the time
    from `start` to `end`, in milliseconds."""
    interval = f"extract(epoch FROM {end} - {start or begin}) * 1000"
    percentiles = ", ".join(f"percentile_cont({share}) WITHIN GROUP (ORDER BY {interval})" for share in SHARES.values())
    row, = await system.sql(SUMMARY.format(begin=begin, since=since, percentiles=percentiles))
    count, succeeded = int(row[0]), int(row[1])
    if count == 0 or succeeded != count:
        raise RuntimeError(f"{succeeded} of {count} jobs succeeded")
    return count, float(row[2]), {name: float(value) for name, value in zip(SHARES, row[3:])}


class Drain(Scenario):
    """Jobs that wait already when the consumer starts. Its start is in its processor time, and not in the rate."""

    has_consumer = False
    count = 100_000
    job = BODY.encode()

    async def measure(self, system: System, seconds: float) -> Sample:
        since = await system.clock()
        await system.submit([self.job] * self.count)
        await system.checkpoint()
        with Meter(system) as meter:
            await system.start_consumer()
            await system.settle()
        peak = system.peaks()["consumer"]
        await system.consumer.stop()
        count, took, latencies = await lives(system, since, begin="started_at")
        sample = meter.sample(count / took, count, 0, latencies=latencies)
        sample.more["consumer peak MiB"] = peak
        return sample
