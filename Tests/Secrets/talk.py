"""Speaks to an API and keeps every word of its answers."""

import asyncio
import base64
import http.client
import json
import socket
import time
from collections.abc import Callable

TERMINAL = ("succeeded", "dead", "cancelled", "expired")


class Talk:
    def __init__(self, port: int, admin_ports: list[int], token: str) -> None:
        self.port, self.admin_ports, self.token = port, admin_ports, token
        self.answers: list[tuple[str, bytes]] = []
        self.expositions: list[tuple[str, bytes]] = []

    def send(self, method: str, path: str, body=None, token: str | None = None, headers: dict[str, str] | None = None,
             is_told: bool = True) -> dict:
        """The answer's object, empty when there is none. `is_told`: whether the answer may tell no secret."""
        text = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        fields = {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"} | (headers or {})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, text, fields)
            answer = connection.getresponse()
            said = answer.read()
        except OSError:
            return {}  # It does not listen yet.
        finally:
            connection.close()
        if is_told:
            lines = "".join(f"{name}: {value}\n" for name, value in answer.getheaders())
            self.answers.append((f"{method} {path.split('?')[0]}", f"{answer.status}\n{lines}\n".encode() + said))
        return json.loads(said) if said else {}

    def refuse(self, word: Callable[[str], str]) -> None:
        """Requests that are refused, with a secret in each."""
        basic = base64.b64encode(f"me:{word('a password')}".encode()).decode()
        for field in (f"Bearer mr_{word('a wrong token')}", f"Basic {basic}", word("a bare credential"),
                      f"Bearer {word('one')} {word('two')}", f"Digest response={word('a digest')}"):
            self.send("GET", "/api/v1/jobs", headers={"Authorization": field})
        self.send("GET", f"/api/v1/jobs?token={word('a parameter')}")
        self.send("GET", "/api/v1/jobs", headers={"Cookie": word("a cookie"), "X-Api-Key": word("a key in a header")})
        for body in (b'{"kind": "' + word("a body cut off").encode(), {"kind": "noop", "priority": word("a value")},
                     {"kind": "noop", "metadata": {"a": [word("a nested value")]}},
                     {"kind": "noop", "unique": {"key": 5, "scope": word("a scope")}}):
            self.send("POST", "/api/v1/jobs", body)
        self.send("POST", "/api/v1/jobs", {"kind": "noop"}, headers={"Content-Type": word("a type")})
        for garbage in ("GET /livez HTTP/1.1\r\nAuthorization: Bearer {}\r\nbroken\r\n\r\n", "{} / HTTP/1.1\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n"):
            self.answers.append(("garbage", self._raw(garbage.format(word("garbage")))))

    def _raw(self, text: str) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(text.encode())
            connection.shutdown(socket.SHUT_WR)
            said = b""
            while part := connection.recv(65_536):
                said += part
            return said

    def metrics(self) -> str:
        """What both programs expose."""
        text = ""
        for port in self.admin_ports:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", "/metrics")
            said = connection.getresponse().read()
            connection.close()
            self.expositions.append((f"port {port}", said))
            text += said.decode()
        return text

    async def ended(self, job: str) -> None:
        await self.until(f"the end of {job}", lambda: self.send("GET", f"/api/v1/jobs/{job}").get("state") in TERMINAL)

    async def until(self, what: str, is_so: Callable[[], bool], limit: float = 60) -> None:
        deadline = time.monotonic() + limit
        while not is_so():
            if time.monotonic() > deadline:
                raise TimeoutError(what)
            await asyncio.sleep(0.1)
