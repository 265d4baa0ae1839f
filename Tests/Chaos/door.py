"""A way to a server on this machine that can be shut, made slow, silent, or torn."""

import asyncio
import random
import socket
import struct


class Door:
    """`mood` says what becomes of connections: open, slow, silent (nothing passes), tearing (reset in mid-answer)."""

    def __init__(self, target: int, port: int, source: random.Random) -> None:
        self.port, self.target = port, target
        self._source = source
        self._passing = asyncio.Event()
        self._passing.set()
        self._delay = 0.0
        self._tears = False
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """As if nothing had been."""
        self._delay, self._tears = 0.0, False
        self._passing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, reuse_address=True)

    def shut(self) -> None:
        """Connections break, new ones are refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.reset()

    def silence(self) -> None:
        """Connections stay and are taken, and nothing passes."""
        self._passing.clear()

    def slow(self, seconds: float) -> None:
        self._delay = seconds

    def tear(self) -> None:
        """Answers are cut off by a reset, half of them."""
        self._tears = True

    def reset(self) -> None:
        """All connections of this moment are reset."""
        for writer in list(self._writers):
            tear_down(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        onward = None
        try:
            onward_reader, onward = await asyncio.open_connection("127.0.0.1", self.target)
            self._writers.add(onward)
            copies = [asyncio.ensure_future(self._copy(reader, onward, False)),
                      asyncio.ensure_future(self._copy(onward_reader, writer, True))]
            await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
            for copy in copies:
                copy.cancel()
        except OSError:
            tear_down(writer)
        finally:
            for each in filter(None, (writer, onward)):
                self._writers.discard(each)
                each.close()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_answer: bool) -> None:
        try:
            while data := await reader.read(65536):
                await self._passing.wait()
                if self._delay:
                    await asyncio.sleep(self._delay)
                if is_answer and self._tears and self._source.random() < 0.5:
                    writer.write(data[:len(data) // 2])
                    tear_down(writer)
                    return
                writer.write(data)
                await writer.drain()
        except OSError:
            pass


def tear_down(writer: asyncio.StreamWriter) -> None:
    """Resets the connection: whatever the other side has not read is lost."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        try:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass  # It is gone already.
    writer.transport.abort()


def free_ports(count: int) -> list[int]:
    """Ports below those that the system hands out for outgoing connections, so that they stay free while unused."""
    ports: list[int] = []
    source = random.SystemRandom()
    while len(ports) < count:
        port = source.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in ports:
            ports.append(port)
    return ports
