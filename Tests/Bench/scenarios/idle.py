"""What it costs to have nothing to do."""

import asyncio

import processor
from samples import Goal, Sample
from scenario import Scenario
from system import Meter, System

PROCESSES = ("api", "consumer")


class Idle(Scenario):
    """Statements are those that Postgres logs, by whose they are."""

    name, unit = "idle", "statements/s"
    measures = "nothing to do: statements of both processes, their processor time and memory"
    # As long as the product asks for; the development broker's clients ask more often.
    settings = {"KAFKA_PROPERTIES_FETCH_WAIT_MAX_MS": "100"}
    goals = tuple(Goal(f"{name} {figure}", at_most=most) for name in PROCESSES
                  for figure, most in (("statements/s", 2), ("%", 0.5), ("resident MiB", 64)))

    async def prepare(self, system: System) -> None:
        for name, value in (("log_line_prefix", "[%a] "), ("log_statement", "all")):
            await system.sql(f"ALTER SYSTEM SET {name} = '{value}'")
        await system.sql("SELECT pg_reload_conf()")
        # What begins once a minute has begun.
        await asyncio.sleep(5)

    async def measure(self, system: System, seconds: float) -> Sample:
        begun = len(system.postgres.program.said())
        with Meter(system) as meter:
            await asyncio.sleep(max(seconds, 10))
        said = system.postgres.program.said()[begun:].splitlines()
        counts = {name: sum(is_statement(line, name) for line in said) / meter.seconds for name in PROCESSES}
        sample = meter.sample(sum(counts.values()), 0, 0)
        sample.more |= {f"{name} statements/s": count for name, count in counts.items()}
        for name, program in (("api", system.api), ("consumer", system.consumer)):
            sample.more[f"{name} resident MiB"] = processor.memory(program.pid, "VmRSS")
        return sample


def is_statement(line: str, process: str) -> bool:
    """`[api] LOG:  execute job_find: SELECT …`"""
    return line.startswith(f"[{process}] LOG:  execute ") or line.startswith(f"[{process}] LOG:  statement: ")
