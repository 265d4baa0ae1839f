"""A Postgres of our own with durable settings, and what can be done to it."""

import asyncio
import csv
import io
import os
import pathlib
import pwd
import secrets
import signal
import struct
import subprocess

from history import History
from program import Program

OPTIONS = {"listen_addresses": "127.0.0.1", "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
           "max_connections": "100", "autovacuum_naptime": "10s", "log_checkpoints": "off"}


class PostgresServer:
    """The programs log in as `millrace`, who owns the database; we as `postgres`; `filler` may do nothing but be there."""

    def __init__(self, home: pathlib.Path, port: int, history: History) -> None:
        self.port, self._home, self._data = port, home, home / "data"
        self._password = secrets.token_hex(16)
        # Postgres refuses to run as root.
        self._user = "postgres" if os.getuid() == 0 else None
        self._programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        options = {**OPTIONS, "port": str(port), "unix_socket_directories": str(home)}
        self.program = Program(
            "postgres", [f"{self._programs}/postgres", "-D", str(self._data),
                         *(part for name, value in options.items() for part in ("-c", f"{name}={value}"))],
            {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}, home, history, death_signal="QUIT",
            user=self._user, freezes_children=True)
        self._fillers: list[asyncio.StreamWriter] = []

    def url(self, port: int | None = None) -> str:
        return f"postgres://millrace:{self._password}@127.0.0.1:{port or self.port}/millrace"

    def prepare(self) -> None:
        """Makes the data directory."""
        password = self._home / "password"
        password.touch(mode=0o600)
        password.write_text(self._password)
        run = []
        if self._user is not None:
            entry = pwd.getpwnam(self._user)
            for path in (self._home, password):
                os.chown(path, entry.pw_uid, entry.pw_gid)
            run = ["setpriv", f"--reuid={self._user}", f"--regid={self._user}", "--init-groups"]
        subprocess.run([*run, f"{self._programs}/initdb", "-D", str(self._data), "-U", "postgres", "--pwfile",
                        str(password), "-A", "scram-sha-256", "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
                       check=True, stdout=subprocess.DEVNULL, env={"PATH": "/usr/bin:/bin"})
        rules = self._data / "pg_hba.conf"
        # It may not even connect to a database with anything in it.
        rules.write_text("host template1 filler 127.0.0.1/32 trust\n" + rules.read_text())

    async def start(self) -> None:
        await self.program.start()
        for _ in range(600):
            if await self.query("SELECT 1", "postgres", limit=2):
                return
            if self.program.pid is None:
                raise RuntimeError(f"Postgres did not start: {self.program.said()[-2000:]}")
            await asyncio.sleep(0.05)
        raise RuntimeError("Postgres is not ready within a minute")

    async def make_database(self) -> None:
        for statement in (f"CREATE ROLE millrace LOGIN PASSWORD '{self._password}'", "CREATE ROLE filler LOGIN",
                          "CREATE DATABASE millrace OWNER millrace"):
            if await self.query(statement, "postgres") is None:
                raise RuntimeError(f"refused: {statement.split(' PASSWORD')[0]}")

    async def query(self, statement: str, database: str = "millrace", limit: float = 10) -> list[list[str]] | None:
        """Rows as text; None when there was no answer in time."""
        process = await asyncio.create_subprocess_exec(
            "psql", "-XqAt", "--csv", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database,
            "-v", "ON_ERROR_STOP=1", "-c", statement, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, env={"PATH": os.environ["PATH"], "PGPASSWORD": self._password})
        try:
            output, _ = await asyncio.wait_for(process.communicate(), limit)
        except TimeoutError:
            process.kill()
            await process.wait()
            return None
        if process.returncode != 0:
            return None
        csv.field_size_limit(1 << 24)
        return list(csv.reader(io.StringIO(output.decode()))) or ([] if "SELECT" in statement else [[]])

    # What can be done to it.

    async def stop_at_once(self) -> None:
        await self.program.stop(signal.SIGQUIT, 10)

    async def kill_backend(self) -> None:
        """One backend dies hard: the server ends all sessions and recovers from its log."""
        rows = await self.query("SELECT pid FROM pg_stat_activity WHERE usename = 'millrace' ORDER BY backend_start")
        if rows:
            try:
                os.kill(int(rows[0][0]), signal.SIGKILL)
            except ProcessLookupError:
                pass

    async def fill_disk(self) -> None:
        """What it writes past the first megabyte of a file is refused: its log first of all, which it does not outlive
        and without which it does not come back."""
        self.program.may_end = True
        await self.program.limit_files(1 << 20)

    async def empty_disk(self) -> None:
        for _ in range(600):
            await self.program.limit_files(None)
            await self.program.start()
            if await self.query("SELECT 1", "postgres", limit=2):
                break
            await asyncio.sleep(0.05)
        else:
            raise RuntimeError(f"Postgres does not come back: {self.program.said()[-2000:]}")
        # Those too that began while the limit was being taken away.
        await self.program.limit_files(None)
        self.program.may_end = False

    async def terminate_sessions(self) -> None:
        await self.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'millrace'")

    async def fill(self) -> None:
        """Takes every connection there is, those of the programs too."""
        # More often than once: some of those that we end come back before us.
        for _ in range(20):
            while any(await asyncio.gather(*(self._fill_one() for _ in range(40)))):
                pass
            if await self.sessions() == 0:
                return
            await self.terminate_sessions()

    async def _fill_one(self) -> bool:
        """The protocol's start-up message, and the answers to it up to Z (ready) or E (refused)."""
        words = b"user\0filler\0database\0template1\0\0"
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(struct.pack("!II", 8 + len(words), 196608) + words)
        try:
            async with asyncio.timeout(5):
                sort = b""
                while sort not in (b"Z", b"E"):
                    sort, length = struct.unpack("!cI", await reader.readexactly(5))
                    await reader.readexactly(length - 4)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            sort = b"E"
        if sort == b"E":
            writer.close()
            return False
        self._fillers.append(writer)
        return True

    def empty(self) -> None:
        for writer in self._fillers:
            writer.close()
        self._fillers = []

    async def set_read_only(self, is_read_only: bool) -> None:
        """As a standby after a failover: reads are answered, writes refused."""
        change = "SET default_transaction_read_only = on" if is_read_only else "RESET default_transaction_read_only"
        await self.query(f"ALTER DATABASE millrace {change}", "postgres")
        # Sessions have the value of their beginning; those that were refused because of it are the programs' to drop.
        if is_read_only:
            await self.terminate_sessions()

    async def lock(self, seconds: float) -> None:
        """Nobody reads or writes jobs so long."""
        await self.query(f"BEGIN; LOCK TABLE jobs; SELECT pg_sleep({seconds}); COMMIT", limit=seconds + 30)

    async def sessions(self) -> int | None:
        rows = await self.query("SELECT count(*) FROM pg_stat_activity WHERE usename = 'millrace'")
        return int(rows[0][0]) if rows else None

    async def end(self) -> None:
        self.empty()
        self.program.thaw()
        await self.program.stop(signal.SIGQUIT, 10)
