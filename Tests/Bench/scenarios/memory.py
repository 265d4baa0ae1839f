"""Whether memory grows."""

import asyncio
import json
import statistics

import processor
import tools
from samples import Goal, Sample
from scenario import Scenario
from system import Meter, System

RATE = 2500


class Memory(Scenario):
    name, unit = "memory", "jobs/s"
    is_long = True
    rounds = 1
    settings = {"ARCHIVE_HOT_FOR": "1m", "WORKER_CONCURRENCY": "256"}
    goals = tuple(goal for name in ("api", "consumer") for goal in (
        Goal(f"{name} peak MiB", at_most=128), Goal(f"{name} growth", at_most=1.05)))

    def __init__(self, minutes: float) -> None:
        self._minutes = minutes
        self.measures = (f"{RATE:,} jobs/s for {minutes:g} min; growth is the last quarter's mean memory over the "
                         "second's")

    async def measure(self, system: System, seconds: float) -> Sample:
        length = self._minutes * 60
        words = [system.comparisons / "Pacer", system.port, system.token, RATE, length, 64]
        resident: dict[str, list[float]] = {"api": [], "consumer": []}
        with Meter(system) as meter:
            load = asyncio.create_task(tools.run(words, limit=length + 120))
            while not load.done():
                for name, program in (("api", system.api), ("consumer", system.consumer)):
                    resident[name].append(processor.memory(program.pid, "VmRSS"))
                await asyncio.wait([load], timeout=max(0.5, length / 120))
            answers = json.loads((await load).output)
        sample = meter.sample(answers["accepted"] / answers["seconds"], answers["accepted"], load.result().seconds)
        for name, values in resident.items():
            sample.more |= {f"{name} peak MiB": max(values), f"{name} growth": growth(values)}
        return sample


def growth(values: list[float]) -> float:
    """The mean of the last quarter over that of the second: the first is warming up."""
    quarter = max(1, len(values) // 4)
    return statistics.mean(values[-quarter:]) / statistics.mean(values[quarter:2 * quarter] or values)
