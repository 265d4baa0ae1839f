"""Puts the real programs under faults, and says whether every promise was kept.

usage: chaos.py [--minutes 5 | --seconds N] [--seed N] [--binaries FOLDER] [--plan] [--keep]
       chaos.py --scenario stop [--times N]

Starts Postgres with durable settings, a broker, two APIs, three consumers and a webhook receiver; submits work in every
way there is; lets faults strike by a plan that follows from seed and length alone (`--plan` prints it); takes all causes
away, waits, and checks from outside what became of every single job. Ends with 0 when nothing was lost, stuck,
duplicated, overlapping, reordered, regressed or inconsistent, with 1 otherwise, and with 3 when so little happened that
this says nothing.
"""

import argparse
import asyncio
import pathlib
import random
import shutil
import signal
import sys
import time

from plan import make_plan
from stack import Stack

import evidence
import stop
import timeline
from history import History
from nemesis import Nemesis
from observer import Observer
from verdict import Verdict
from workload import Workload

# The development broker takes seconds to let a group join.
WARM_UP, AFTERMATH, SETTLE = 12.0, 5.0, 120.0


async def run_chaos(arguments: argparse.Namespace, stack: Stack, history: History) -> Verdict:
    plan = make_plan(arguments.seed, arguments.seconds)
    say(f"seed {arguments.seed}, {arguments.seconds:.0f} s, {len(plan)} faults, logs in {stack.folder}")
    await stack.start()
    workload = Workload(stack, history, arguments.seed)
    observer = Observer(stack, history)
    nemesis = Nemesis(stack, history, workload.flood)
    observing = asyncio.create_task(observer.run())
    working = asyncio.create_task(workload.run())
    minding = asyncio.create_task(nemesis.mind_broker())
    started = time.time()
    await asyncio.sleep(WARM_UP)
    await nemesis.run(plan)
    say(f"{len(history.accepted())} jobs accepted; healing")
    await nemesis.heal()
    await asyncio.sleep(AFTERMATH)
    seconds = time.time() - started
    workload.stop(patience=30)
    await working
    await stack.ready(60)
    if not await evidence.settle(stack, SETTLE):
        say(f"not everything has ended within {SETTLE:.0f} s")
    for task in (observing, minding):
        task.cancel()
    await asyncio.wait([observing, minding])
    await evidence.collect(stack, history)
    await stack.stop()
    timeline.write(history, stack.folder / "timeline")
    for name, status in stack.last_statuses.items():
        if status != 0:
            history.refused.append(f"{name} stopped with {status}")
    return Verdict(arguments.seed, seconds, history, stack, observer, nemesis.failures, {f.kind for f in plan})


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


async def run(arguments: argparse.Namespace) -> int:
    history = History()
    settings = stop.SETTINGS if arguments.scenario == "stop" else {}
    stack = Stack(arguments.binaries, history, arguments.seed, settings)
    task = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    status = 1
    try:
        if arguments.scenario == "stop":
            status = await stop.run(stack, history, arguments.times)
        else:
            verdict = await run_chaos(arguments, stack, history)
            status = verdict.status
            print("\n".join([*verdict.explanations(), verdict.text()]), flush=True)
    except asyncio.CancelledError:
        say("cut short")
    finally:
        await stack.kill()
        if status == 0 and not arguments.keep:
            shutil.rmtree(stack.folder, ignore_errors=True)
        else:
            say(f"logs are kept in {stack.folder}")
    return status


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seconds", type=float, help="instead of minutes")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 31))
    parser.add_argument("--binaries", type=pathlib.Path, default=pathlib.Path(".build/debug"))
    parser.add_argument("--scenario", choices=("chaos", "stop"), default="chaos")
    parser.add_argument("--times", type=int, default=100, help="how many stops")
    parser.add_argument("--plan", action="store_true", help="print the plan and end")
    parser.add_argument("--keep", action="store_true", help="keep logs and history even when all is well")
    arguments = parser.parse_args()
    arguments.seconds = arguments.seconds or arguments.minutes * 60
    arguments.binaries = arguments.binaries.resolve()
    if arguments.plan:
        print("\n".join(map(str, make_plan(arguments.seed, arguments.seconds))))
        return 0
    return asyncio.run(run(arguments))


if __name__ == "__main__":
    sys.exit(main())
