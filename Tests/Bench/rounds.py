"""Measures in turn: the scenario and what it is compared with, in one order in even rounds and in the other in odd."""

import sys
import time
from collections.abc import Awaitable, Callable

from samples import Result, Sample
from scenario import Scenario
from system import System

Measure = Callable[[], Awaitable[Sample]]


async def in_turn(contenders: dict[str, Measure], rounds: int) -> dict[str, list[Sample]]:
    """Each contender's samples, round by round."""
    found: dict[str, list[Sample]] = {name: [] for name in contenders}
    for number in range(rounds):
        names = list(contenders) if number % 2 == 0 else list(reversed(contenders))
        for name in names:
            sample = await contenders[name]()
            found[name].append(sample)
            say(f"  {number + 1}/{rounds} {name}: {sample.value:,.1f}")
    return found


async def measured(scenario: Scenario, make: Callable[[dict[str, str]], System], rounds: int, seconds: float,
                   base: Callable[[dict[str, str]], System] | None = None) -> Result:
    """Of a scenario over systems of its own. With `base` the only comparison is with that system."""
    say(f"{scenario.name}: {scenario.measures}")
    systems = [make(scenario.settings)]
    if base is not None or scenario.is_compared_with_fresh:
        systems.append((base or make)(scenario.settings))
    try:
        for system in systems:
            await system.start(with_consumer=scenario.has_consumer)
            if base is not None or system is systems[0]:
                await scenario.prepare(system)
        contenders: dict[str, Measure] = {"": lambda: scenario.measure(systems[0], seconds)}
        if len(systems) > 1:
            contenders["base" if base else "fresh"] = lambda: scenario.measure(systems[1], seconds)
        if base is None:
            for reference in scenario.references:
                await reference.prepare(systems[0])
                contenders[reference.name] = lambda reference=reference: reference.measure(systems[0], seconds)
        found = await in_turn(contenders, scenario.rounds or rounds)
        peaks = systems[0].peaks()
    except BaseException:
        for system in systems:
            await system.stop(keeps_logs=True)
        raise
    for system in systems:
        await system.stop()
    return Result(name=scenario.name, measures=scenario.measures, unit=scenario.unit,
                  goals=scenario.goals if base is None else (), rounds=found.pop(""), references=found, memory=peaks,
                  settings=scenario.settings)


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
