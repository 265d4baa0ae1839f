"""A webhook receiver that writes down every call with its start and its end, and misbehaves when told to.

The payload says what it shall do: `ms` how long to take, `fail` how many first calls of a job to answer with 503, `key`
and `turn` the job's place in its order. The path ends with the name of the consumer that calls.
"""

import asyncio
import base64
import collections
import json
import time

from door import tear_down
from history import Call, History
from webhook_receiver import verified

SECRET = b"a secret of thirty-two bytes: ok"


class Receiver:
    """`mood`: fine, errors (503), hang (no answer until the caller leaves or the mood changes), reset."""

    def __init__(self, port: int, history: History) -> None:
        self.port = port
        self.secret = "whsec_" + base64.b64encode(SECRET).decode()
        self._history = history
        self._calls_of: collections.Counter[str] = collections.Counter()
        self._mood = "fine"
        self._mood_changed = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        self.be("fine")
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, reuse_address=True)

    def be(self, mood: str) -> None:
        self._mood = mood
        self._mood_changed.set()
        self._mood_changed = asyncio.Event()

    def shut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            tear_down(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                fields = {name.lower(): value.strip() for name, _, value in
                          (line.partition(":") for line in head[1:] if line)}
                body = await reader.readexactly(int(fields.get("content-length", "0")))
                if not await self._call(head[0], fields, body, reader, writer):
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _call(self, target: str, fields: dict[str, str], body: bytes, reader: asyncio.StreamReader,
                    writer: asyncio.StreamWriter) -> bool:
        """Answers one call; gives whether the connection can be used again."""
        asked = json.loads(body)
        id = fields["webhook-id"]
        call = Call(id=id, attempt=int(fields["millrace-attempt"]), consumer=target.split(" ")[1].rsplit("/", 1)[1],
                    start=time.time(), end=float("inf"), status=None, key=asked.get("key"), turn=asked.get("turn", 0))
        self._history.calls.append(call)
        self._history.unverified_calls += not verified(SECRET, fields, body)
        self._calls_of[id] += 1
        try:
            if self._mood == "reset":
                tear_down(writer)
                return False
            if not await self._take_time(asked.get("ms", 0) / 1000, reader):
                return False
            is_bad = self._mood == "errors" or self._calls_of[id] <= asked.get("fail", 0)
            # Before it is sent: from then on the caller may act on it.
            call.status = 503 if is_bad else 200
            call.end = time.time()
            answer = b'{"seen": true}'
            writer.write(b"HTTP/1.1 %d Fine\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
                         % (call.status, len(answer), answer))
            await writer.drain()
            return True
        finally:
            call.end = min(call.end, time.time())

    async def _take_time(self, seconds: float, reader: asyncio.StreamReader) -> bool:
        """Waits so long, or while hanging until that ends; False when the caller has left meanwhile."""
        left = asyncio.ensure_future(reader.read(1))
        try:
            if seconds and (await asyncio.wait([left], timeout=seconds))[0]:
                return False
            while self._mood == "hang":
                changed = asyncio.ensure_future(self._mood_changed.wait())
                done, _ = await asyncio.wait([left, changed], return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
                if left in done:
                    return False
            return True
        finally:
            left.cancel()
            await asyncio.wait([left])
