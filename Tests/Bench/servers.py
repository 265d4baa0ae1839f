"""What slow clients are let loose on: millrace-api with what it needs, and a server of the framework as it comes."""

import asyncio
import os
import pathlib
import secrets
import subprocess
import tempfile
import urllib.parse

from door import free_ports
from history import History
from program import Program

KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")


class Server:
    """Its `good` path is asked for by good requests, `large` by clients that do not read, `body` is sent bodies."""

    name: str
    good: str
    large: str
    body: str
    token = "none"

    def __init__(self) -> None:
        self.port = 0
        self._folder = tempfile.TemporaryDirectory(prefix="millrace-bench-", dir="/tmp")
        self._history = History()
        self._programs: list[Program] = []

    def _program(self, name: str, arguments: list[str], environment: dict[str, str]) -> Program:
        return Program(name, arguments, environment, pathlib.Path(self._folder.name), self._history)

    async def start(self) -> None:
        for program in self._programs:
            await program.start()
        for _ in range(400):
            if await self._is_ready():
                return
            await asyncio.sleep(0.1)
        raise RuntimeError(f"{self.name} is not ready: {self._programs[-1].said()[-2000:]}")

    async def _is_ready(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.write(f"GET {self.good} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.token}\r\n\r\n".encode())
        try:
            return (await asyncio.wait_for(reader.read(12), 10)) == b"HTTP/1.1 200"
        finally:
            writer.close()

    async def stop(self) -> None:
        for program in reversed(self._programs):
            await program.stop()
        self._folder.cleanup()
        if self._history.refused:
            raise RuntimeError("; ".join(self._history.refused))


class Millrace(Server):
    name, good, large, body = "millrace", "/api/v1/jobs?limit=1", "/openapi.yaml", "/api/v1/jobs"

    def __init__(self, binaries: pathlib.Path) -> None:
        super().__init__()
        self._server, self._database = os.environ["TEST_DATABASE_URL"], f"bench_{secrets.token_hex(6)}"
        self.token = "mr_" + secrets.token_hex(24)
        broker, self.port, admin = free_ports(3)
        url = urllib.parse.urlsplit(self._server)._replace(path=f"/{self._database}").geturl()
        self._environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "DATABASE_URL": url, "KAFKA_BROKERS": f"127.0.0.1:{broker}", "HTTP_HOST": "127.0.0.1",
            "PORT": str(self.port), "BOOTSTRAP_TOKEN": self.token, "ADMIN_PORT": str(admin), "LOG_LEVEL": "warning"}
        self._binaries = binaries
        self._programs = [
            self._program("broker", [str(binaries / "millrace"), "dev", "broker", "--port", str(broker)],
                          self._environment),
            self._program("api", [str(binaries / "millrace-api")], self._environment)]

    def _sql(self, statement: str) -> None:
        subprocess.run(["psql", self._server, "-Xqc", statement], check=True, stdout=subprocess.DEVNULL)

    async def start(self) -> None:
        self._sql(f"CREATE DATABASE {self._database}")
        subprocess.run([self._binaries / "millrace", "migrate"], env=self._environment, check=True,
                       stdout=subprocess.DEVNULL)
        await super().start()

    async def stop(self) -> None:
        try:
            await super().stop()
        finally:
            self._sql(f"DROP DATABASE IF EXISTS {self._database} WITH (FORCE)")


class Default(Server):
    name, good, large, body = "default", "/good", "/large", "/body"

    def __init__(self, program: pathlib.Path) -> None:
        super().__init__()
        self.port, = free_ports(1)
        environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {"LOG_LEVEL": "warning"}
        self._programs = [self._program("default", [str(program), str(self.port)], environment)]
