"""Clients of the APIs, which write down how each request fared."""

import asyncio
import json
import time

from history import Answer, History
from stack import Stack

from http_connection import HTTPConnection

PATIENCE = 15.0


class Client:
    """A keep-alive connection to each API; requests take turns between them."""

    def __init__(self, stack: Stack, history: History, first: int = 0) -> None:
        self._history, self._turn = history, first
        self._connections = [
            (name, HTTPConnection(f"http://127.0.0.1:{door.port}", stack.token, timeout=PATIENCE))
            for name, door in stack.to_api.items()]

    async def post(self, path: str, body: dict | None, route: str,
                   headers: dict[str, str] | None = None) -> tuple[int | None, dict]:
        return await self._ask(route, lambda connection: connection.post(path, json.dumps(body or {}).encode(), headers))

    async def get(self, path: str, route: str) -> tuple[int | None, dict]:
        return await self._ask(route, lambda connection: connection.get(path))

    async def _ask(self, route: str, send) -> tuple[int | None, dict]:
        self._turn += 1
        name, connection = self._connections[self._turn % len(self._connections)]
        answer = Answer(name, route, time.time(), 0, None)
        body = b""
        try:
            answer.status, body = await send(connection)
        except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
            answer.error = type(error).__name__
        except ValueError as error:  # An answer that was torn in its middle.
            answer.error = type(error).__name__
        finally:
            answer.end = time.time()
            self._history.answers.append(answer)
        try:
            return answer.status, json.loads(body) if body else {}
        except ValueError:
            return None, {}

    def close(self) -> None:
        for _, connection in self._connections:
            connection.close()
