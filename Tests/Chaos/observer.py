"""Looks from outside while the run goes on: is each API ready, where do the partitions stand, and are we ourselves late?"""

import asyncio
import time

from history import History, OffsetSample
from plan import APIS
from stack import Stack, readiness


class Observer:
    def __init__(self, stack: Stack, history: History) -> None:
        self._stack, self._history = stack, history
        self.readiness: dict[str, list[tuple[float, int | None]]] = {name: [] for name in APIS}  # changes only
        self.worst_lateness = 0.0  # of our own event loop: what we measure is no better

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for name in APIS:
                group.create_task(self._watch_readiness(name))
            group.create_task(self._watch_offsets())
            group.create_task(self._watch_ourselves())

    async def _watch_readiness(self, name: str) -> None:
        while True:
            status = await readiness(self._stack.api_ports[name], limit=3)
            changes = self.readiness[name]
            if not changes or changes[-1][1] != status:
                changes.append((time.time(), status))
            await asyncio.sleep(0.1)

    async def _watch_offsets(self) -> None:
        while True:
            rows = await self._stack.postgres.query(
                "SELECT topic, partition, next_offset, epoch, incarnation, cluster_id FROM ingest_partitions", limit=3)
            for topic, partition, offset, epoch, incarnation, cluster in rows or []:
                self._history.offsets.append(OffsetSample(
                    topic, int(partition), int(offset) if offset else None, int(epoch), int(incarnation), cluster))
            await asyncio.sleep(1)

    async def _watch_ourselves(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.05)
            self.worst_lateness = max(self.worst_lateness, time.monotonic() - before - 0.05)
