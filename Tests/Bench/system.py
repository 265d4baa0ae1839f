"""Everything that is measured: the programs as they are shipped over a Postgres with durable settings, and the
framework with nothing behind it to compare with."""

import asyncio
import json
import os
import pathlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / folder) for folder in ("Chaos", "Tools")]

import processor
import tools
from door import free_ports
from history import History
from http_connection import HTTPConnection
from postgres_server import PostgresServer
from program import Program
from samples import Sample

KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")
# Checkpoints come before a round and not in the middle of some of them. Nothing here is less durable for it.
POSTGRES = {"max_wal_size": "8GB", "checkpoint_timeout": "1h", "autovacuum_naptime": "10s"}
# What `millrace dev up` sets for its broker, which answers an empty fetch only when its time is up.
BROKER_CLIENT = {"KAFKA_PROPERTIES_SESSION_TIMEOUT_MS": "4000", "KAFKA_PROPERTIES_HEARTBEAT_INTERVAL_MS": "300",
                 "KAFKA_PROPERTIES_FETCH_WAIT_MAX_MS": "10"}
COMMON = {"LOG_LEVEL": "warning", "HTTP_HOST": "127.0.0.1", "ARCHIVE_HOT_FOR": "30d",
          "WEBHOOKS_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8"}
TOPIC = "millrace.jobs.default"


class System:
    """`binaries` holds the release builds, `comparisons` the programs of the Benchmarks package."""

    def __init__(self, binaries: pathlib.Path, comparisons: pathlib.Path, settings: dict[str, str]) -> None:
        self._binaries, self.comparisons, self.settings = binaries, comparisons, settings
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="millrace-bench-", dir="/tmp"))
        self.folder.chmod(0o711)
        home = self.folder / "postgres"
        home.mkdir(mode=0o700)
        self._history = History()
        # What a scenario has made and asks for later.
        self.known: list[str] = []
        postgres, broker, self.port, self.echo_port, *admin = free_ports(6)
        self._admin_ports = dict(zip(("api", "consumer"), admin))
        self.brokers, self.token = f"127.0.0.1:{broker}", "mr_" + secrets.token_hex(24)
        self.postgres = PostgresServer(home, postgres, self._history)
        self.broker = self._program(
            "broker", [str(binaries / "millrace"), "dev", "broker", "--port", str(broker)], {})
        handlers = self.folder / "handlers.yaml"
        handlers.write_text(f"""handlers:
  hook: {{driver: http, url: "http://127.0.0.1:{self.echo_port}/hook", secret: {Secrets.hook}}}
""")
        servers = COMMON | BROKER_CLIENT | settings | {"KAFKA_BROKERS": self.brokers, "HANDLERS_FILE": str(handlers)}
        self.api = self._server("api", servers | {"PORT": str(self.port), "BOOTSTRAP_TOKEN": self.token})
        self.consumer = self._server("consumer", servers)
        echo = [str(comparisons / "EchoServer"), str(self.echo_port)]
        self.echo = self._program("echo", echo, {"LOG_LEVEL": "error"})

    def _program(self, name: str, arguments: list[str], more: dict[str, str]) -> Program:
        environment = {name: os.environ[name] for name in KEPT if name in os.environ} | more
        return Program(name, arguments, environment, self.folder, self._history)

    def _server(self, name: str, settings: dict[str, str]) -> Program:
        # Postgres knows by the name whose a statement was.
        own = {"DATABASE_URL": f"{self.postgres.url()}?application_name={name}",
               "ADMIN_PORT": str(self._admin_ports[name])}
        return self._program(name, [str(self._binaries / f"millrace-{name}")], settings | own)

    async def start(self, with_consumer: bool = True) -> None:
        self.postgres.prepare()
        await self.postgres.start()
        await self.postgres.make_database()
        for name, value in POSTGRES.items():
            await self.sql(f"ALTER SYSTEM SET {name} = '{value}'")
        await self.sql("SELECT pg_reload_conf()")
        await asyncio.to_thread(
            subprocess.run, [self._binaries / "millrace", "migrate"], check=True, stdout=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "DATABASE_URL": self.postgres.url()})
        await self.broker.start()
        await until(lambda: answers(self.brokers), 20, "the broker")
        await self.api.start()
        await until(lambda: self._is_ready("api"), 60, "the API")
        # The first job makes the topic, as it would be made anywhere.
        await self.submit([b'{"kind":"noop"}'])
        if with_consumer:
            await self.start_consumer()

    async def start_consumer(self) -> None:
        """With its share of the partitions."""
        await self.consumer.start()
        await until(lambda: self._is_ready("consumer"), 60, "the consumer")

    async def start_echo(self) -> None:
        await self.echo.start()
        await until(lambda: answers(f"127.0.0.1:{self.echo_port}"), 20, "the echo server")

    async def stop(self, keeps_logs: bool = False) -> None:
        for program in (self.consumer, self.api, self.echo, self.broker):
            await program.stop()
        await self.postgres.end()
        if keeps_logs:
            return print(f"logs are in {self.folder}", file=sys.stderr)
        if self._history.refused:
            raise RuntimeError(f"{self._history.refused}; logs are in {self.folder}")
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _is_ready(self, name: str) -> bool:
        connection = HTTPConnection(f"http://127.0.0.1:{self._admin_ports[name]}", "", timeout=2)
        try:
            status, body = await connection.get("/readyz")
            return status == 200 and json.loads(body)["status"] == "ok"
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            return False
        finally:
            connection.close()

    # What is done to it and asked of it.

    async def sql(self, statement: str, limit: float = 600) -> list[list[str]]:
        rows = await self.postgres.query(statement, limit=limit)
        if rows is None:
            raise RuntimeError(f"refused or late: {statement[:300]}")
        return rows

    async def post(self, path: str, body: bytes) -> dict:
        connection = HTTPConnection(f"http://127.0.0.1:{self.port}", self.token)
        try:
            status, answer = await connection.post(path, body)
        finally:
            connection.close()
        if status >= 300:
            raise RuntimeError(f"POST {path}: {status} {answer[:500]!r}")
        return json.loads(answer)

    async def submit(self, jobs: list[bytes]) -> list[str]:
        """Their ids."""
        ids = []
        for start in range(0, len(jobs), 1000):
            batch = b'{"jobs":[' + b",".join(jobs[start:start + 1000]) + b"]}"
            ids += [item["job"]["id"] for item in (await self.post("/api/v1/jobs/bulk", batch))["items"]]
        return ids

    async def settle(self, limit: float = 120) -> None:
        """Waits until no job is live."""
        try:
            await until(self._has_settled, limit, "the end of all jobs", pause=0.2)
        except RuntimeError as error:
            left = await self.sql("SELECT state, count(*) FROM jobs GROUP BY 1")
            raise RuntimeError(f"{error}: {left}") from error

    async def _has_settled(self) -> bool:
        return not await self.sql("SELECT 1 FROM jobs WHERE due_at IS NOT NULL LIMIT 1")

    async def checkpoint(self) -> None:
        await self.postgres.query("CHECKPOINT", limit=600)

    async def clock(self) -> str:
        return (await self.sql("SELECT clock_timestamp()"))[0][0]

    def processor_seconds(self) -> dict[str, float]:
        """Of each part since it began."""
        found = {}
        for name, program in (("api", self.api), ("consumer", self.consumer), ("broker", self.broker),
                              ("echo", self.echo)):
            if program.pid is not None:
                found[name] = processor.seconds(program.pid)
        found["postgres"] = processor.family_seconds(self.postgres.program.pid)
        return found

    def peaks(self) -> dict[str, float]:
        """The most memory of each of our own processes, in MiB."""
        programs = (("api", self.api), ("consumer", self.consumer))
        return {name: processor.memory(program.pid) for name, program in programs if program.pid is not None}


class Secrets:
    """Of servers that live for minutes on loopback."""

    hook = "whsec_" + "bWlsbHJhY2UtYmVuY2gtMDEyMzQ1Njc4OQ=="


class Meter:
    """The processor time of each part while the block lasts."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.processor: dict[str, float] = {}
        self.seconds = 0.0

    def __enter__(self) -> "Meter":
        self._began, self._before = time.monotonic(), self._system.processor_seconds()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.monotonic() - self._began
        for name, spent in self._system.processor_seconds().items():
            self.processor[name] = spent - self._before.get(name, 0.0)

    def sample(self, value: float, operations: int, load: float, **more: dict[str, float]) -> Sample:
        spent = {name: seconds for name, seconds in self.processor.items() if seconds > 0.001}
        return Sample(value=value, seconds=self.seconds, operations=operations,
                      processor=spent | ({"load": load} if load else {}), **more)


async def answers(address: str) -> bool:
    host, port = address.rsplit(":", 1)
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    return True


async def until(is_so, limit: float, what: str, pause: float = 0.05) -> None:
    deadline = time.monotonic() + limit
    while not await is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what}: not within {limit:.0f} s")
        await asyncio.sleep(pause)
