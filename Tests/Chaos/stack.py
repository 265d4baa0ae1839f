"""Everything that is put under test, each a process of its own, and the doors between them.

An API is reached by clients through a door; every process reaches Postgres through a door of its own.
"""

import asyncio
import os
import pathlib
import random
import secrets
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "Tools"))

from door import Door, free_ports
from history import History
from plan import APIS, CONSUMERS
from postgres_server import PostgresServer
from program import Program
from receiver import Receiver

from http_connection import HTTPConnection

TOPIC = "millrace.jobs.default"
# Short, so that minutes see many lost leases.
LEASE_SECONDS = 4.0
# A member that asks to join or to sync again, over another connection, while its first request still waits, is more
# than the library's mock cluster is made for: it asserts that there is none (rdkafka_mock_cgrp.c, 2.0).
MOCK_ABORTS = r"rd_kafka_mock_cgrp_member_(add|sync_set): Assertion `!member->resp' failed"
# The development broker answers an empty fetch only when the client's patience ends.
SETTINGS = {
    "WORKER_LEASE_MS": "4000", "WORKER_RENEW_MS": "1000", "WORKER_CONCURRENCY": "48", "ARCHIVE_HOT_FOR": "15s",
    "ARCHIVE_DEAD_HOT_FOR": "30s", "WEBHOOKS_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8", "HTTP_HOST": "127.0.0.1",
    "KAFKA_PROPERTIES_FETCH_WAIT_MAX_MS": "10", "KAFKA_PROPERTIES_SESSION_TIMEOUT_MS": "4000",
    "KAFKA_PROPERTIES_HEARTBEAT_INTERVAL_MS": "300",
}
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")


class Stack:
    def __init__(self, binaries: pathlib.Path, history: History, seed: int, settings: dict[str, str]) -> None:
        self.history, self.binaries, self._settings = history, binaries, SETTINGS | settings
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="millrace-chaos-", dir="/tmp"))
        self.token = "mr_" + secrets.token_hex(24)
        names = [*APIS, *CONSUMERS]
        ports = iter(free_ports(3 + len(APIS) * 2 + len(names) * 2))
        source = random.Random(f"{seed}/doors")
        home = self.folder / "postgres"
        home.mkdir(mode=0o700)
        self.folder.chmod(0o711)
        self.postgres = PostgresServer(home, next(ports), history)
        self.receiver = Receiver(next(ports), history)
        self.broker_port = next(ports)
        self.broker_life = 0
        self.to_postgres = {name: Door(self.postgres.port, next(ports), source) for name in names}
        self.admin_ports = {name: next(ports) for name in names}
        self.api_ports = {name: next(ports) for name in APIS}
        self.to_api = {name: Door(self.api_ports[name], next(ports), source) for name in APIS}
        self.broker = Program(
            "broker", [str(binaries / "millrace"), "dev", "broker", "--faults", "--port", str(self.broker_port)],
            # Aborted, it shall be gone at once and not first look at all of its threads.
            self._environment({"SWIFT_BACKTRACE": "enable=no"}), self.folder, history, takes_input=True,
            may_abort=MOCK_ABORTS)
        self.servers = {name: self._server(name) for name in names}

    def _environment(self, more: dict[str, str]) -> dict[str, str]:
        return {name: os.environ[name] for name in KEPT if name in os.environ} | more

    def _server(self, name: str) -> Program:
        own = {"DATABASE_URL": self.postgres.url(self.to_postgres[name].port),
               "KAFKA_BROKERS": f"127.0.0.1:{self.broker_port}", "HANDLERS_FILE": str(self.folder / f"{name}.yaml"),
               "ADMIN_PORT": str(self.admin_ports[name])}
        if name in APIS:
            own |= {"PORT": str(self.api_ports[name]), "BOOTSTRAP_TOKEN": self.token}
        binary = "millrace-api" if name in APIS else "millrace-consumer"
        return Program(name, [str(self.binaries / binary)], self._environment(self._settings | own), self.folder, self.history)

    def _write_handlers(self) -> None:
        """One catalogue for all, but each consumer's calls bear its name."""
        runs = self.folder / "runs"
        runs.touch()
        for name in self.servers:
            (self.folder / f"{name}.yaml").write_text(f"""handlers:
  hook:
    driver: http
    url: http://127.0.0.1:{self.receiver.port}/{name}
    secret: {self.receiver.secret}
    timeoutMs: 3000
    maxAttempts: 100
    retry: {{baseMs: 100, capMs: 1000}}
  program:
    driver: command
    argv: [/bin/sh, -c, 'echo "$MILLRACE_JOB_ID" >> {runs}; cat > /dev/null; echo "{{}}"']
    maxAttempts: 100
    retry: {{baseMs: 100, capMs: 1000}}
  refuses:
    driver: command
    argv: [/bin/false]
""")

    async def start(self) -> None:
        self.postgres.prepare()
        self._write_handlers()
        await self.postgres.start()
        await self.postgres.make_database()
        for door in [*self.to_postgres.values(), *self.to_api.values()]:
            await door.open()
        await self.receiver.open()
        migrate = await asyncio.to_thread(
            subprocess.run, [self.binaries / "millrace", "migrate"], capture_output=True, text=True,
            env=self._environment({"DATABASE_URL": self.postgres.url()}))
        if migrate.returncode != 0:
            raise RuntimeError(f"millrace migrate: {migrate.stderr}")
        await self.start_broker()
        for server in self.servers.values():
            await server.start()
        await self.ready(60)

    async def start_broker(self) -> None:
        await self.broker.start()
        for _ in range(400):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.broker_port)
                writer.close()
                return
            except OSError:
                await asyncio.sleep(0.05)
        raise RuntimeError(f"the broker is not ready: {self.broker.said()[-1000:]}")

    async def ready(self, limit: float) -> None:
        """Waits until every server says that it is."""
        deadline = time.time() + limit
        waiting = set(self.servers)
        while waiting:
            for name in list(waiting):
                if await readiness(self.admin_ports[name]) == 200:
                    waiting.discard(name)
            if waiting and time.time() > deadline:
                said = "".join(self.servers[name].said()[-1000:] for name in waiting)
                raise RuntimeError(f"not ready within {limit:.0f} s: {sorted(waiting)}\n{said}")
            await asyncio.sleep(0.1)

    async def heal(self) -> None:
        """Takes every cause away, whatever became of those who would have."""
        for door in [*self.to_postgres.values(), *self.to_api.values()]:
            await door.open()
        self.postgres.empty()
        self.postgres.program.thaw()
        await self.postgres.empty_disk()
        await self.postgres.set_read_only(False)
        self.broker.thaw()
        await self.start_broker()
        for line in ("up", "slow 0"):
            self.broker.tell(line)
        await self.receiver.open()
        for server in self.servers.values():
            server.thaw()
            await server.start()

    def read_commands(self) -> None:
        self.history.commands.update((self.folder / "runs").read_text().split())

    def owner_of(self, pid: int) -> str | None:
        """The server that ran, or runs, as this process."""
        return next((name for name, server in self.servers.items() if pid in server.pids), None)

    async def stop(self) -> None:
        statuses = await asyncio.gather(*(server.stop() for server in self.servers.values()))
        self.last_statuses = dict(zip(self.servers, statuses))
        await self.broker.stop(limit=8)
        self.receiver.shut()
        for door in [*self.to_postgres.values(), *self.to_api.values()]:
            door.shut()
        await self.postgres.end()
        await asyncio.sleep(0.1)  # For connections to hear that they are over.

    async def kill(self) -> None:
        """Ends everything at once, when the run itself is cut short."""
        for program in [*self.servers.values(), self.broker]:
            await program.kill()
        await self.postgres.end()


async def readiness(port: int, limit: float = 1.0) -> int | None:
    connection = HTTPConnection(f"http://127.0.0.1:{port}", "", timeout=limit)
    try:
        return (await connection.get("/readyz"))[0]
    except (OSError, asyncio.IncompleteReadError, TimeoutError):
        return None
    finally:
        connection.close()
