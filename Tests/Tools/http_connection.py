"""One keep-alive connection to an HTTP/1.1 server, with as little work a request as Python allows."""

import asyncio
import urllib.parse


class HTTPConnection:
    """Opened by its first request and again after a failure; one request at a time."""

    def __init__(self, base_url: str, token: str, timeout: float = 30.0) -> None:
        url = urllib.parse.urlsplit(base_url)
        if url.scheme != "http" or url.hostname is None:
            raise ValueError(f"not an http:// URL: {base_url}")
        self._host, self._port = url.hostname, url.port or 80
        self._head = f"Host: {url.netloc}\r\nAuthorization: Bearer {token}\r\n"
        self._timeout = timeout
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> tuple[int, bytes]:
        """Tried again once: the server may have closed a connection that was long unused."""
        request = f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode()
        try:
            return await self._exchange(request)
        except (OSError, asyncio.IncompleteReadError):
            return await self._exchange(request)

    async def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        fields = f"{self._head}{more}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return await self._exchange(f"POST {path} HTTP/1.1\r\n{fields}\r\n".encode() + body)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _exchange(self, request: bytes) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(self._timeout):
                if self._writer is None:
                    self._reader, self._writer = await asyncio.open_connection(self._host, self._port, limit=1 << 24)
                self._writer.write(request)
                return await self._response()
        except BaseException:
            self.close()  # What comes next would be the answer to this request.
            raise

    async def _response(self) -> tuple[int, bytes]:
        assert self._reader is not None
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        if fields.get("transfer-encoding", "").lower() == "chunked":
            body = await self._chunks()
        else:
            body = await self._reader.readexactly(int(fields.get("content-length", "0")))
        if fields.get("connection", "").lower() == "close":
            self.close()
        return status, body

    async def _chunks(self) -> bytes:
        assert self._reader is not None
        chunks = []
        while size := int(await self._reader.readline(), 16):
            chunks.append(await self._reader.readexactly(size))
            await self._reader.readexactly(2)
        while await self._reader.readline() != b"\r\n":
            pass
        return b"".join(chunks)
