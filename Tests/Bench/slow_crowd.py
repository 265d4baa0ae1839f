"""Many slow clients of one kind, on one thread, until they are gone or patience ends.

With epoll itself and no asyncio: a client that never reads must not be told that there is something to read.
"""

import heapq
import select
import socket
import threading
import time

# What a slow client sends at once and then now and then, and whether it reads.
KINDS = ("idle", "slow-headers", "slow-body", "never-reading")
# Seconds between two pieces of one client.
PAUSE = 2.0


class Crowd:
    def __init__(self, server, kind: str, count: int) -> None:
        self._server, self._kind, self._wanted = server, kind, count
        self._poll = select.epoll()
        self._clients: dict[int, tuple[socket.socket, float]] = {}
        self._stays: list[float] = []
        self.answers: dict[str, int] = {}
        self.opened, self.opened_count = threading.Event(), 0
        self._is_closed = False
        self._start, self._piece = self._texts()

    @property
    def count(self) -> int:
        """How many are there now."""
        return len(self._clients)

    def _texts(self) -> tuple[bytes, bytes]:
        bearer = f"Authorization: Bearer {self._server.token}\r\n"
        if self._kind == "idle":
            return b"", b""
        if self._kind == "slow-headers":
            return b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"x"
        if self._kind == "slow-body":
            return (f"POST {self._server.body} HTTP/1.1\r\nHost: x\r\n{bearer}Content-Type: application/json\r\n"
                    "Content-Length: 1000\r\n\r\n{").encode(), b" "
        # More than the buffers of both sockets hold, as small as they are here.
        return f"GET {self._server.large} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 4, b""

    def _open(self) -> None:
        client = socket.socket()
        client.settimeout(10)
        if self._kind == "never-reading":
            # Small segments and a small window: else the kernels would hold megabytes for each of them.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        client.connect(("127.0.0.1", self._server.port))
        client.setblocking(False)
        number = client.fileno()
        self._clients[number] = (client, time.monotonic())
        if self._start:
            client.send(self._start)
        events = select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR
        self._poll.register(number, events if self._kind == "never-reading" else events | select.EPOLLIN)
        if self._piece:
            heapq.heappush(self._pieces, (time.monotonic() + PAUSE, number))

    def watch(self, patience: float) -> list[float]:
        """Opens them all and looks after them; gives how long each of those stayed that are gone."""
        self._pieces: list[tuple[float, int]] = []
        for index in range(self._wanted):
            self._open()
            self.opened_count += 1
            if index % 100 == 99:
                self._look(0)
        self.opened.set()
        end = time.monotonic() + patience
        while self._clients and time.monotonic() < end and not self._is_closed:
            self._look(0.2)
        return self._stays

    def _look(self, limit: float) -> None:
        now = time.monotonic()
        if self._pieces:
            limit = max(min(limit, self._pieces[0][0] - now), 0)
        for number, events in self._poll.poll(limit):
            self._hear(number, events)
        now = time.monotonic()
        while self._pieces and self._pieces[0][0] <= now:
            _, number = heapq.heappop(self._pieces)
            self._drip(number, now)

    def _hear(self, number: int, events: int) -> None:
        client, _ = self._clients[number]
        if events & select.EPOLLIN:
            try:
                said = client.recv(65536)
                status = said[9:12].decode("latin-1") if said.startswith(b"HTTP/1.1 ") else ""
                if status:
                    self.answers[status] = self.answers.get(status, 0) + 1
                if said:
                    return
            except OSError:
                pass  # It has been reset.
        self._note_gone(number)

    def _drip(self, number: int, now: float) -> None:
        if number not in self._clients:
            return
        try:
            self._clients[number][0].send(self._piece)
            heapq.heappush(self._pieces, (now + PAUSE, number))
        except BlockingIOError:
            heapq.heappush(self._pieces, (now + PAUSE, number))
        except OSError:
            self._note_gone(number)

    def _note_gone(self, number: int) -> None:
        client, since = self._clients.pop(number)
        self._stays.append(time.monotonic() - since)
        self._poll.unregister(number)
        client.close()

    def close(self) -> None:
        self._is_closed = True
        for client, _ in list(self._clients.values()):
            client.close()
        self._clients.clear()
