"""Leaving under load, many times: SIGTERM to an API or a consumer, exit status 0 in time, and nobody notices.

An API and a consumer that are never asked to leave see all the others come and go; at the end they hold no more
descriptors, threads, children and sessions than before.
"""

import asyncio
import collections
import dataclasses
import itertools
import json
import pathlib
import random
import time

import evidence
from checker import Checker, percentile
from history import History
from program import Program, children
from stack import Stack
from workload import Workload

from http_connection import HTTPConnection

LEAVING = ("api-2", "consumer-2", "consumer-3")
STAYING = ("api-1", "consumer-1")
# The development broker gives a reader one batch of a partition at a time, and nothing to any member of a group for
# most of a session's time limit whenever one leaves or joins. With a stop every few seconds it would trim what nobody
# could have read, were every pointer to a job a batch of its own and a session as long as elsewhere.
SETTINGS = {"KAFKA_PROPERTIES_LINGER_MS": "200", "KAFKA_PROPERTIES_SESSION_TIMEOUT_MS": "2000"}
# Between two requests of a client: more of them, and the development broker drops records before anybody could read
# them, which says nothing about leaving.
PAUSE = 0.1
LIMIT = 30.0
REST = 12.0


@dataclasses.dataclass
class Asked:
    """A request that was sent whole, and how its connection ended."""

    start: float
    end: float = float("inf")
    status: int | None = None
    how: str = ""


class Askers:
    """Keep-alive clients of one API, straight to its port, that tell how a connection ended without an answer."""

    def __init__(self, stack: Stack, name: str, count: int) -> None:
        self._port, self._token, self._count = stack.api_ports[name], stack.token, count
        self.asked: list[Asked] = []
        self._is_on = True

    async def run(self) -> None:
        await asyncio.gather(*(self._ask_on(number) for number in range(self._count)))

    def stop(self) -> None:
        self._is_on = False

    async def _ask_on(self, number: int) -> None:
        connection = HTTPConnection(f"http://127.0.0.1:{self._port}", self._token, timeout=20)
        body = json.dumps({"kind": "noop", "payload": {"asker": number}}).encode()
        while self._is_on:
            asked = Asked(time.time())
            try:
                asked.status, _ = await connection.post("/api/v1/jobs", body)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)  # Nobody is there, and nothing was sent.
                continue
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                asked.how = type(error).__name__
            asked.end = time.time()
            self.asked.append(asked)
            await asyncio.sleep(PAUSE)
        connection.close()

    def unanswered(self) -> list[Asked]:
        """Requests that the server must have read: it closed the connection properly, and not because the request
        crossed with its close. What it has not read when it closes, the kernel answers with a reset."""
        return [asked for asked in self.asked
                if asked.status is None and asked.how != "ConnectionResetError" and asked.end - asked.start > 0.1]


def holdings(program: Program) -> dict[str, int]:
    folder = pathlib.Path(f"/proc/{program.pid}")
    return {"descriptors": len(list((folder / "fd").iterdir())), "threads": len(list((folder / "task").iterdir())),
            "children": len(children(program.pid))}


async def run(stack: Stack, history: History, times: int) -> int:
    await stack.start()
    workload = Workload(stack, history, 1)
    working = asyncio.create_task(workload.run())
    askers = [Askers(stack, name, 8) for name in ("api-1", "api-2")]
    asking = [asyncio.create_task(each.run()) for each in askers]
    await asyncio.sleep(REST)
    before, sessions_before = await _rested(stack)
    statuses: collections.Counter[int | None] = collections.Counter()
    durations: dict[str, list[float]] = collections.defaultdict(list)
    source = random.Random(1)
    for number, name in zip(range(times), itertools.cycle(LEAVING)):
        server = stack.servers[name]
        start = time.time()
        status = await server.stop(limit=LIMIT)
        statuses[status] += 1
        durations[name.split("-")[0]].append(time.time() - start)
        await server.start()
        await stack.ready(30)
        await asyncio.sleep(source.uniform(0.2, 1))
        if number % 10 == 9:
            print(f"{number + 1} stops, {dict(statuses)}", flush=True)
    for each in askers:
        each.stop()
    workload.stop(patience=30)
    await asyncio.gather(working, *asking)
    if not await evidence.settle(stack, 120):
        print("not everything has ended within 120 s")
    await asyncio.sleep(REST)
    after, sessions_after = await _rested(stack)
    await evidence.collect(stack, history)
    return _tell(times, statuses, durations, askers, Checker(history).violations(),
                 (before, sessions_before), (after, sessions_after))


async def _rested(stack: Stack) -> tuple[dict[str, dict[str, int]], int | None]:
    return {name: holdings(stack.servers[name]) for name in STAYING}, await stack.postgres.sessions()


def _tell(times, statuses, durations, askers, violations, before, after) -> int:
    answered = sum(asked.status in (200, 202) for each in askers for asked in each.asked)
    unanswered = [asked for each in askers for asked in each.unanswered()]
    others = collections.Counter(str(asked.status or asked.how) for each in askers for asked in each.asked)
    # Pools and buffers grow to what the load needs; what leaks, leaks at every one of the stops.
    slack = max(4, times // 4)
    grown = {name: {what: (before[0][name][what], count) for what, count in held.items()
                    if count > before[0][name][what] + slack} for name, held in after[0].items()}
    print(f"stops: {times}, exit statuses {dict(statuses)}")
    for role, values in durations.items():
        print(f"{role}: p50 {percentile(values, 50):.2f} s, max {max(values):.2f} s to leave")
    print(f"requests: {dict(others)}; fully read and unanswered: {len(unanswered)}")
    print(f"held before: {before[0]}, {before[1]} sessions")
    print(f"held after:  {after[0]}, {after[1]} sessions")
    for each in [*unanswered[:5], *violations[:10]]:
        print(each)
    if statuses != {0: times} or unanswered or violations or any(grown.values()):
        print("FAULTS")
        return 1
    if answered < 20 * times:
        print(f"VACUOUS: {answered} requests answered")
        return 3
    print("PASS")
    return 0
