"""Measures Millrace next to what it stands on, and says whether the goals are met.

usage: bench.py --binaries FOLDER --comparisons FOLDER [--scenario NAME] [--rounds 5] [--seconds 5] [--long] …

Each scenario has a system of its own: Postgres with durable settings, the development broker, the release builds of API
and consumer. Figures are medians of rounds; a ratio is the median of the ratios within one round, taken in turn with
its reference on the same server. Ends with 0 also when goals are missed, unless `--strict` is given.
With `--base` two builds are measured in turn instead, and nothing else.
"""

import argparse
import asyncio
import json
import os
import pathlib
import platform
import shutil
import sys
import time

import plot
import scenarios
import table
from rounds import measured, say
from samples import Result
from system import System

NEEDED = ("wrk", "pgbench", "psql", "kcat", "setpriv")


def machine() -> dict[str, object]:
    model = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    return {"processor": model, "processors": os.cpu_count(), "system": platform.platform(),
            "load_before": os.getloadavg()[0]}


async def run(arguments: argparse.Namespace) -> tuple[list[Result], list[str]]:
    """What was measured, and which scenarios could not be."""
    def make(settings: dict[str, str]) -> System:
        return System(arguments.binaries, arguments.comparisons, settings)

    def make_base(settings: dict[str, str]) -> System:
        return System(arguments.base, arguments.comparisons, settings)

    every = scenarios.make(arguments.history, arguments.open_seconds, arguments.minutes)
    wanted = [scenario for name in (arguments.scenario or "").split(",")
              for scenario in scenarios.chosen(every, name or None, arguments.long)]
    if not wanted:
        raise SystemExit(f"bench: there is no {arguments.scenario}; there are {', '.join(each.name for each in every)}")
    results, failed = [], []
    for scenario in wanted:
        try:
            results.append(await measured(scenario, make, arguments.rounds, arguments.seconds,
                                          make_base if arguments.base else None))
        except RuntimeError as error:
            say(f"{scenario.name} failed: {error}")
            failed.append(scenario.name)
        # What has been measured is kept, whatever becomes of the rest.
        write(arguments, results)
    return results, failed


def write(arguments: argparse.Namespace, results: list[Result]) -> None:
    arguments.output.mkdir(parents=True, exist_ok=True)
    name = "compare" if arguments.base else "bench"
    found = {"at": time.strftime("%FT%TZ", time.gmtime()), "machine": arguments.machine, "rounds": arguments.rounds,
             "seconds": arguments.seconds, "results": [result.as_json() for result in results]}
    (arguments.output / f"{name}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False))
    title = f"Millrace: goals reached, {found['at']}, medians of {arguments.rounds} rounds of {arguments.seconds:g} s"
    (arguments.output / f"{name}.svg").write_text(plot.svg(results, title))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=pathlib.Path, required=True, help="the release builds")
    parser.add_argument("--comparisons", type=pathlib.Path, required=True, help="what the Benchmarks package builds")
    parser.add_argument("--base", type=pathlib.Path, help="other release builds to measure in turn with")
    parser.add_argument("--scenario", help="names or beginnings of names, separated by commas")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5, help="of a round, where it has a length")
    parser.add_argument("--long", action="store_true", help="history, open-transaction and memory as well")
    parser.add_argument("--history", type=int, default=1_000_000, help="finished jobs of `history`")
    parser.add_argument("--open-seconds", type=float, default=60, help="age of the transaction of `open-transaction`")
    parser.add_argument("--minutes", type=float, default=5, help="length of `memory`")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(".dev/bench"))
    parser.add_argument("--strict", action="store_true", help="end with 1 when a goal is missed")
    arguments = parser.parse_args()
    missing = [tool for tool in NEEDED if shutil.which(tool) is None]
    if missing:
        print(f"bench: {', '.join(missing)} is not there; deploy/setup.sh bench installs it", file=sys.stderr)
        return 2
    for name in ("binaries", "comparisons", "base"):
        if getattr(arguments, name) is not None:
            setattr(arguments, name, getattr(arguments, name).resolve())
    arguments.machine = machine()
    results, failed = asyncio.run(run(arguments))
    print(table.table(results))
    count = table.missed(results)
    say(f"{count} goals missed; {arguments.output}/{'compare' if arguments.base else 'bench'}.json and .svg")
    if failed:
        say(f"not measured: {', '.join(failed)}")
    return 1 if failed or count and arguments.strict else 0


if __name__ == "__main__":
    sys.exit(main())
