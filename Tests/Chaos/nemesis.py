"""Carries the plan out: one method for each kind of fault, which returns when its cause is gone."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from history import FaultDone, History, LostLog, Span
from plan import CONSUMERS, Fault
from stack import TOPIC, Stack


class Nemesis:
    """`flood` fills a partition of the topic with so many megabytes of ordinary work."""

    def __init__(self, stack: Stack, history: History, flood: Callable[[int], Awaitable[None]]) -> None:
        self._stack, self._history, self._flood = stack, history, flood
        self._postgres, self._broker = stack.postgres, stack.broker
        self.failures: list[str] = []
        # As the partitions name the clusters that they were read from, and those that are no more.
        self._clusters: set[str] = set()
        self._former_clusters: set[str] = set()
        self._broker_lock = asyncio.Lock()  # held while the broker is between two lives
        self._sorts: dict[str, Callable[[Fault], Awaitable[None]]] = {
            "api.kill": self._kill, "consumer.kill": self._kill, "consumer.kill-all": self._kill_all,
            "api.freeze": self._freeze, "consumer.freeze": self._freeze, "consumer.freeze-past-lease": self._freeze,
            "api.terminate": self._terminate, "consumer.terminate": self._terminate,
            "postgres.stop": self._stop_postgres, "postgres.freeze": self._freeze_postgres,
            "postgres.kill-backend": self._kill_backend, "postgres.disk-full": self._fill_disk,
            "postgres.terminate-sessions": self._terminate_sessions,
            "postgres.full": self._fill_postgres, "postgres.slow": self._slow_postgres,
            "postgres.read-only": self._read_only, "postgres.lock": self._lock,
            "postgres.unreachable": self._unreachable, "postgres.silent": self._silent, "postgres.reset": self._reset,
            "broker.down": self._broker_down, "broker.freeze": self._freeze_broker, "broker.empty": self._empty_broker,
            "broker.trim": self._trim, "broker.slow": self._slow_broker,
            "broker.produce-errors": self._errors("produce not-leader 10", "produce disconnect 3"),
            "broker.fetch-errors": self._errors("fetch not-leader 10", "fetch disconnect 5"),
            "broker.coordinator-errors": self._errors(
                "heartbeat no-coordinator 5", "find-coordinator no-coordinator 3", "join-group disconnect 2"),
            "broker.fenced": self._errors("heartbeat fenced 1"),
            "receiver.errors": self._mood("errors"), "receiver.hang": self._mood("hang"),
            "receiver.reset": self._mood("reset"), "receiver.down": self._receiver_down,
            "http.reset": self._tear_answers,
        }

    async def run(self, plan: list[Fault]) -> None:
        lanes: dict[str, list[Fault]] = {}
        for fault in plan:
            lanes.setdefault(fault.lane, []).append(fault)
        async with asyncio.TaskGroup() as group:
            for faults in lanes.values():
                group.create_task(self._run_lane(faults))

    async def _run_lane(self, faults: list[Fault]) -> None:
        for fault in faults:
            await asyncio.sleep(fault.pause)
            server = self._stack.servers.get(fault.target)
            done = FaultDone(fault.kind, fault.target, time.time(), pid=server.pid if server else None)
            self._history.faults.append(done)
            try:
                async with asyncio.timeout(fault.seconds + 60):
                    await self._sorts[fault.kind](fault)
            except (TimeoutError, OSError, RuntimeError, asyncio.IncompleteReadError) as error:
                self.failures.append(f"{fault}: {error!r}")
            done.healed = time.time()

    # Processes.

    async def _kill(self, fault: Fault) -> None:
        server = self._stack.servers[fault.target]
        await server.kill()
        await asyncio.sleep(fault.seconds)
        await server.start()

    async def _kill_all(self, fault: Fault) -> None:
        consumers = [self._stack.servers[name] for name in CONSUMERS]
        await asyncio.gather(*(consumer.kill() for consumer in consumers))
        await asyncio.sleep(fault.seconds)
        await asyncio.gather(*(consumer.start() for consumer in consumers))

    async def _freeze(self, fault: Fault) -> None:
        server = self._stack.servers[fault.target]
        server.freeze()
        await asyncio.sleep(fault.seconds)
        server.thaw()

    async def _terminate(self, fault: Fault) -> None:
        server = self._stack.servers[fault.target]
        status = await server.stop(limit=32)
        if status not in (0, None):
            self.failures.append(f"{fault}: exit status {status}")
        await asyncio.sleep(fault.seconds)
        await server.start()

    # Postgres.

    async def _stop_postgres(self, fault: Fault) -> None:
        await self._postgres.stop_at_once()
        await asyncio.sleep(fault.seconds)
        await self._postgres.start()

    async def _freeze_postgres(self, fault: Fault) -> None:
        self._postgres.program.freeze()
        await asyncio.sleep(fault.seconds)
        self._postgres.program.thaw()

    async def _kill_backend(self, fault: Fault) -> None:
        await self._postgres.kill_backend()
        await self._postgres.start()

    async def _fill_disk(self, fault: Fault) -> None:
        try:
            await self._postgres.fill_disk()
            await asyncio.sleep(fault.seconds)
        finally:
            await self._postgres.empty_disk()

    async def _terminate_sessions(self, fault: Fault) -> None:
        await self._postgres.terminate_sessions()
        await asyncio.sleep(fault.seconds)

    async def _fill_postgres(self, fault: Fault) -> None:
        try:
            await self._postgres.fill()
            await asyncio.sleep(fault.seconds)
        finally:
            self._postgres.empty()

    async def _slow_postgres(self, fault: Fault) -> None:
        doors = self._stack.to_postgres.values()
        for door in doors:
            door.slow(0.05)
        await asyncio.sleep(fault.seconds)
        for door in doors:
            door.slow(0)

    async def _read_only(self, fault: Fault) -> None:
        await self._postgres.set_read_only(True)
        await asyncio.sleep(fault.seconds)
        await self._postgres.set_read_only(False)

    async def _lock(self, fault: Fault) -> None:
        await self._postgres.lock(fault.seconds)

    async def _unreachable(self, fault: Fault) -> None:
        door = self._stack.to_postgres[fault.target]
        door.shut()
        await self._cut_off(fault)
        await door.open()

    async def _silent(self, fault: Fault) -> None:
        door = self._stack.to_postgres[fault.target]
        door.silence()
        await self._cut_off(fault)
        await door.open()

    async def _cut_off(self, fault: Fault) -> None:
        span = Span(fault.target, "cut-off", time.time())
        self._history.spans.append(span)
        await asyncio.sleep(fault.seconds)
        span.end = time.time()

    async def _reset(self, fault: Fault) -> None:
        self._stack.to_postgres[fault.target].reset()
        await asyncio.sleep(fault.seconds)

    # The broker.

    async def _broker_down(self, fault: Fault) -> None:
        self._broker.tell("down")
        await asyncio.sleep(fault.seconds)
        self._broker.tell("up")

    async def _freeze_broker(self, fault: Fault) -> None:
        self._broker.freeze()
        await asyncio.sleep(fault.seconds)
        self._broker.thaw()

    async def _slow_broker(self, fault: Fault) -> None:
        self._broker.tell("slow 500")
        await asyncio.sleep(fault.seconds)
        self._broker.tell("slow 0")

    def _errors(self, *lines: str) -> Callable[[Fault], Awaitable[None]]:
        async def suffer(fault: Fault) -> None:
            for line in lines:
                self._broker.tell(f"fail {line}")
            await asyncio.sleep(fault.seconds)
        return suffer

    async def _empty_broker(self, fault: Fault) -> None:
        async with self._broker_lock:
            await self._broker.kill()
            await self._replace_broker(fault.seconds)

    async def mind_broker(self) -> None:
        """Until cancelled: a broker that has aborted comes back empty, a fault that no plan foresees."""
        while True:
            await self._broker.has_aborted.wait()
            async with self._broker_lock:
                await self._replace_aborted()

    async def heal(self) -> None:
        async with self._broker_lock:
            await self._replace_aborted()
            await self._stack.heal()

    async def _replace_aborted(self) -> None:
        self._broker.has_aborted.clear()
        if self._broker.pid is not None:
            return
        done = FaultDone("broker.abort", "-", time.time())
        self._history.faults.append(done)
        await self._replace_broker(0.5)
        done.healed = time.time()

    async def _replace_broker(self, seconds: float) -> None:
        """Starts an empty one after so many seconds; what the old one held and nobody had read is lost."""
        unread = await self._unread()
        self._history.lost_logs.append(LostLog(self._stack.broker_life, time.time(), unread))
        self._former_clusters |= self._clusters
        self._stack.broker_life += 1
        await asyncio.sleep(seconds)
        await self._stack.start_broker()

    async def _trim(self, fault: Fault) -> None:
        """While nobody reads, one partition gets more than the broker keeps of it."""
        partition = int(fault.target)
        consumers = [self._stack.servers[name] for name in CONSUMERS]
        for consumer in consumers:
            consumer.freeze()
        unread = await self._unread()
        await asyncio.sleep(max(0.0, fault.seconds - 1))
        await self._flood(partition)
        self._history.lost_logs.append(LostLog(self._stack.broker_life, time.time(), unread, (TOPIC, partition)))
        for consumer in consumers:
            consumer.thaw()

    async def _unread(self) -> dict[tuple[str, int], int]:
        """Where each partition stands; asked until Postgres answers, which it does once its own fault is over.

        A partition that nobody has opened since the broker came back empty still stands where it did in the lost log:
        of the new one nothing has been read.
        """
        for _ in range(60):
            rows = await self._postgres.query(
                "SELECT topic, partition, COALESCE(next_offset, 0), COALESCE(cluster_id, '') FROM ingest_partitions",
                limit=2)
            if rows is not None:
                self._clusters |= {cluster for *_, cluster in rows}
                return {
                    (topic, int(partition)): 0 if cluster in self._former_clusters else int(offset)
                    for topic, partition, offset, cluster in rows
                }
            await asyncio.sleep(0.25)
        raise RuntimeError("Postgres does not say where the partitions stand")

    # The receiver, and the clients' connections.

    def _mood(self, mood: str) -> Callable[[Fault], Awaitable[None]]:
        async def be(fault: Fault) -> None:
            self._stack.receiver.be(mood)
            await asyncio.sleep(fault.seconds)
            self._stack.receiver.be("fine")
        return be

    async def _receiver_down(self, fault: Fault) -> None:
        self._stack.receiver.shut()
        await asyncio.sleep(fault.seconds)
        await self._stack.receiver.open()

    async def _tear_answers(self, fault: Fault) -> None:
        door = self._stack.to_api[fault.target]
        door.tear()
        await asyncio.sleep(fault.seconds)
        await door.open()


