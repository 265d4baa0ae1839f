"""What is read over HTTP."""

import asyncio
import json

from http_connection import HTTPConnection
from references import BODY, echo_get
from samples import Goal
from scenario import Requests
from system import System, until


class ReadJob(Requests):
    name, measures = "read-job", "GET /jobs/{id}, hot, 64 connections"
    has_consumer = False
    references = (echo_get(64),)
    goals = (Goal("GET echo", at_least=0.7),)
    count = 10_000

    async def prepare(self, system: System) -> None:
        system.known = await system.submit([BODY.encode()] * self.count)
        await system.sql("VACUUM ANALYZE jobs")

    def paths(self, system: System) -> list[str]:
        return [f"/api/v1/jobs/{id}" for id in system.known]


class ReadArchivedJob(ReadJob):
    name, measures = "archived", "GET /jobs/{id}, archived in Postgres, 64 connections"
    has_consumer = True
    settings = {"ARCHIVE_HOT_FOR": "1s"}
    goals = ()
    count = 5_000

    async def prepare(self, system: System) -> None:
        await super().prepare(system)
        await until(lambda: self._is_archived(system), 180, "the archive", pause=1)

    async def _is_archived(self, system: System) -> bool:
        return not await system.sql("SELECT 1 FROM jobs LIMIT 1")


class ReadUser(Requests):
    """There is no memory of users, so that there is but one way to read them."""

    name, measures = "read-user", "GET /users/{id}, never from memory, 64 connections"
    has_consumer = False
    references = (echo_get(64),)
    goals = (Goal("GET echo", at_least=0.75),)

    async def prepare(self, system: System) -> None:
        connections = [HTTPConnection(f"http://127.0.0.1:{system.port}", system.token) for _ in range(16)]
        answers = await asyncio.gather(*(self._make(connection, index) for index, connection in enumerate(connections)))
        system.known = [id for ids in answers for id in ids]
        for connection in connections:
            connection.close()

    async def _make(self, connection: HTTPConnection, index: int) -> list[str]:
        ids = []
        for number in range(60):
            user = {"email": f"user-{index}-{number}@example.com", "name": "A User"}
            status, body = await connection.post("/api/v1/users", json.dumps(user).encode())
            if status != 201:
                raise RuntimeError(f"POST /users: {status} {body[:300]!r}")
            ids.append(json.loads(body)["id"])
        return ids

    def paths(self, system: System) -> list[str]:
        return [f"/api/v1/users/{id}" for id in system.known]


class ListJobs(Requests):
    name, measures = "list", "GET /jobs?limit=50 of 10,000, 64 connections"
    unit = "pages/s"
    has_consumer = False
    references = (echo_get(64),)

    async def prepare(self, system: System) -> None:
        await system.submit([BODY.encode()] * 10_000)
        await system.sql("VACUUM ANALYZE jobs")

    def paths(self, system: System) -> list[str]:
        return ["/api/v1/jobs?limit=50"]
