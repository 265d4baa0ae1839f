"""A server process that may be killed, frozen and started again."""

import asyncio
import os
import pathlib
import re
import resource
import signal
import time

from history import History, Span


class Program:
    """One name, several lives: each start is another process.

    `may_abort` matches what it says when it aborts by a fault of a library that is not under test: then `has_aborted` is
    set, and whoever waits for that starts it again. Any other end that nobody asked for is held against it.
    """

    def __init__(self, name: str, arguments: list[str], environment: dict[str, str], folder: pathlib.Path,
                 history: History, takes_input: bool = False, death_signal: str = "KILL",
                 user: str | None = None, freezes_children: bool = False, may_abort: str | None = None) -> None:
        self.name = name
        self.pids: dict[int, tuple[float, float]] = {}  # of each life, its start and end
        self._arguments, self._environment, self._folder = arguments, environment, folder
        self._history, self._takes_input, self._freezes_children = history, takes_input, freezes_children
        # Whatever becomes of us, it does not live on.
        self._prefix = ["setpriv", f"--pdeathsig={death_signal}"]
        if user is not None:
            self._prefix += [f"--reuid={user}", f"--regid={user}", "--init-groups"]
        self._process: asyncio.subprocess.Process | None = None
        self._frozen: Span | None = None
        self._watch: asyncio.Task | None = None
        self._is_ending = False
        self.may_end = False  # Whether what is done to it is reason enough to end by itself.
        self._may_abort, self.has_aborted = may_abort, asyncio.Event()
        self._said_before = 0  # in its former lives

    @property
    def log(self) -> pathlib.Path:
        return self._folder / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        """Of the process that is running; None when none is."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def start(self) -> None:
        if self.pid is not None:
            return
        with open(self.log, "ab") as log:
            self._said_before = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                *self._prefix, *self._arguments, env=self._environment, stdout=log, stderr=log,
                stdin=asyncio.subprocess.PIPE if self._takes_input else asyncio.subprocess.DEVNULL)
        self.pids[self._process.pid] = (time.time(), float("inf"))
        self._is_ending = False
        self._watch = asyncio.create_task(self._note_end(self._process))

    async def _note_end(self, process: asyncio.subprocess.Process) -> None:
        status = await process.wait()
        if self._is_ending or self.may_end:
            return
        said = self.said()[self._said_before:]
        if status == -signal.SIGABRT and self._may_abort is not None and re.search(self._may_abort, said):
            self.has_aborted.set()
        else:
            self._history.refused.append(f"{self.name} ended by itself with {status}; see {self.log}")

    def tell(self, line: str) -> None:
        """Writes a line to its standard input."""
        if self.pid is not None and self._process.stdin is not None:
            self._process.stdin.write(line.encode() + b"\n")

    def send(self, number: int) -> None:
        if self.pid is not None:
            try:
                self._process.send_signal(number)
            except ProcessLookupError:
                pass  # It has ended in this moment.

    def freeze(self) -> None:
        if self.pid is not None and self._frozen is None:
            self._frozen = Span(self.name, "frozen", time.time())
            self._history.spans.append(self._frozen)
            self._send_all(signal.SIGSTOP)

    def thaw(self) -> None:
        if self._frozen is None:
            return
        self._send_all(signal.SIGCONT)
        self._frozen.end = time.time()
        self._frozen = None

    def _send_all(self, number: int) -> None:
        self.send(number)
        for pid in children(self.pid) if self._freezes_children and self.pid is not None else []:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass  # It has ended in this moment.

    async def limit_files(self, size: int | None) -> None:
        """None of its files may grow past so many bytes, nor may its children's; None takes the limit away again."""
        if self.pid is not None:
            await asyncio.gather(*(self._limit_files(pid, size) for pid in [self.pid, *children(self.pid)]))

    async def _limit_files(self, pid: int, size: int | None) -> None:
        """As its own user, who needs no privilege for it."""
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        limit = size if size is not None else "unlimited" if most == resource.RLIM_INFINITY else most
        process = await asyncio.create_subprocess_exec(
            *self._prefix, "prlimit", f"--pid={pid}", f"--fsize={limit}:", stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL)
        if await process.wait() != 0 and _is_alive(pid):
            raise RuntimeError(f"the files of process {pid} cannot be limited")

    async def kill(self) -> None:
        await self.stop(signal.SIGKILL, 10)

    async def stop(self, number: int = signal.SIGTERM, limit: float = 35) -> int | None:
        """Ends it; killed past the limit. Gives the exit status, negative for a signal; None when it was not running."""
        if self.pid is None:
            return None
        if number != signal.SIGKILL:
            self.thaw()
        pid = self._process.pid
        self._is_ending = True
        self.send(number)
        try:
            await asyncio.wait_for(self._process.wait(), limit)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self.thaw()
        self.pids[pid] = (self.pids[pid][0], time.time())
        return self._process.returncode

    @property
    def status(self) -> int | None:
        return self._process.returncode if self._process is not None else None

    def said(self) -> str:
        return self.log.read_text("latin-1") if self.log.exists() else ""


def _is_alive(pid: int) -> bool:
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def children(pid: int) -> list[int]:
    """Of all its threads."""
    found = []
    for thread in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(text) for text in thread.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            pass  # The thread has ended in this moment.
    return found
