"""Submits jobs over REST at a fixed rate, and finds out later whether each of them is still there, unchanged.

usage: archive_load.py owner
       archive_load.py submit --records FILE --rate 500 --seconds 60 [--connections 64]
       archive_load.py verify --records FILE [--sample N] [--attempts N] [--settle SECONDS] [--connections 32]
       archive_load.py list   --records FILE [--limit 500] [--query 'state=succeeded']

BASE_URL and TOKEN say where and as whom (`. .dev/env` while `make run` is running). `owner` makes a user with an
admin's token and prints a token of that user, as whom the others should run: an admin's list is everybody's. FILE
holds a line for each accepted job, its number and its id; a job's payload follows from its number. `submit` appends,
going on where FILE ends. Each ends with status 1 unless everything is as it should be.
"""

import argparse
import asyncio
import collections
import datetime
import hashlib
import json
import os
import random
import sys
import time

from http_connection import HTTPConnection

TERMINAL = {"succeeded", "dead", "cancelled", "expired"}


def payload(number: int) -> bytes:
    """Some 300 bytes, with what a careless store would change: spelling, order, white space."""
    digest = hashlib.sha512(str(number).encode()).hexdigest()
    text = f'{{"z":{number}, "amount":{number % 97}.50e+0,"a":"\\u00e9 é \\/ \\"{digest[:8]}\\"",'
    return f'{text}"b":[1.0,-0,null,{{}}],"filler":"{digest}{digest[:88]}"}}'.encode()


def percentiles(values: list[float]) -> str:
    """In milliseconds, of values in seconds."""
    if not values:
        return "none"
    ordered = sorted(values)
    at = {f"p{share:g}": ordered[min(int(len(ordered) * share / 100), len(ordered) - 1)] for share in (50, 99, 99.9)}
    return " ".join(f"{name} {value * 1000:.1f} ms" for name, value in {**at, "max": ordered[-1]}.items())


def read_records(path: str) -> list[tuple[int, str]]:
    with open(path) as file:
        return [(int(number), id) for number, id in (line.split() for line in file)]


class Findings:
    """What is not as it should be; the first of each sort are told."""

    def __init__(self) -> None:
        self.counts: collections.Counter[str] = collections.Counter()

    def add(self, sort: str, detail: str) -> None:
        self.counts[sort] += 1
        if self.counts[sort] <= 5:
            print(f"{sort}: {detail}", file=sys.stderr)

    def finish(self) -> int:
        print("faults: " + (", ".join(f"{sort} {count}" for sort, count in self.counts.items()) or "none"))
        return 1 if self.counts else 0


async def make_owner(arguments: argparse.Namespace) -> int:
    connection = HTTPConnection(arguments.base_url, arguments.token)
    user = {"email": f"load-{time.time_ns()}@example.com", "name": "Load"}
    grant = {"name": "load", "scopes": ["jobs:read", "jobs:write"]}
    status, body = await connection.post("/api/v1/users", json.dumps(user).encode())
    if status == 201:
        path = f"/api/v1/users/{json.loads(body)['id']}/tokens"
        status, body = await connection.post(path, json.dumps(grant).encode())
    connection.close()
    if status != 201:
        print(f"status {status}: {body[:300]!r}", file=sys.stderr)
        return 1
    print(json.loads(body)["token"])
    return 0


async def submit(arguments: argparse.Namespace) -> int:
    before = read_records(arguments.records) if os.path.exists(arguments.records) else []
    first = max((number for number, _ in before), default=-1) + 1
    total = int(arguments.rate * arguments.seconds)
    due: asyncio.Queue[tuple[int, float] | None] = asyncio.Queue()
    answers: collections.Counter[str] = collections.Counter()
    latencies: list[float] = []
    start = time.monotonic() + 0.5
    with open(arguments.records, "a") as records:

        async def send(connection: HTTPConnection) -> None:
            while (job := await due.get()) is not None:
                number, scheduled = job
                body = b'{"kind":"noop","queue":"%b","payload":%b}' % (arguments.queue.encode(), payload(number))
                try:
                    status, answer = await connection.post("/api/v1/jobs", body)
                except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                    answers[type(error).__name__] += 1
                    continue
                answers[str(status)] += 1
                if status == 202:
                    # From when it should have been sent: a server that stalls makes all wait, not one a connection.
                    latencies.append(time.monotonic() - scheduled)
                    records.write(f"{number} {json.loads(answer)['id']}\n")

        async def schedule() -> None:
            most = 0
            for index in range(total):
                scheduled = start + index / arguments.rate
                if (wait := scheduled - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                due.put_nowait((first + index, scheduled))
                most = max(most, due.qsize())
                if (index + 1) % int(arguments.rate * 10) == 0:
                    recent = latencies[-int(arguments.rate * 10):]
                    print(f"{index + 1} due, answers {dict(answers)}, last 10 s: {percentiles(recent)}", flush=True)
                    records.flush()
            print(f"most jobs waiting for a connection: {most}")
            for _ in range(arguments.connections):
                due.put_nowait(None)

        connections = [HTTPConnection(arguments.base_url, arguments.token) for _ in range(arguments.connections)]
        await asyncio.gather(schedule(), *(send(connection) for connection in connections))
        for connection in connections:
            connection.close()
    elapsed = time.monotonic() - start
    print(f"submitted {answers['202']} of {total} in {elapsed:.1f} s, {answers['202'] / elapsed:.0f}/s")
    print(f"answers: {dict(answers)}")
    print(f"submit: {percentiles(latencies)}")
    if arguments.latencies:
        with open(arguments.latencies, "a") as file:
            file.writelines(f"{latency:.6f}\n" for latency in latencies)
    return 0 if answers["202"] == total else 1


async def verify(arguments: argparse.Namespace) -> int:
    records = read_records(arguments.records)
    if arguments.sample:
        records = random.sample(records, min(arguments.sample, len(records)))
    looked_into = set(random.sample([id for _, id in records], min(arguments.attempts, len(records))))
    findings = Findings()
    states: collections.Counter[str] = collections.Counter()
    places: collections.Counter[str] = collections.Counter()
    claims: list[float] = []
    reads: list[float] = []
    put_off: collections.Counter[str] = collections.Counter()
    rest = iter(records)
    deadline = time.monotonic() + arguments.settle

    async def get(connection: HTTPConnection, path: str) -> tuple[int, bytes]:
        """Asks again when it is told to, a few times."""
        for _ in range(5):
            status, body = await connection.get(path)
            if status != 503:
                break
            put_off[path] += 1
            await asyncio.sleep(1)
        return status, body

    async def job_when_settled(connection: HTTPConnection, id: str) -> tuple[int, bytes, dict]:
        while True:
            began = time.monotonic()
            status, body = await get(connection, f"/api/v1/jobs/{id}")
            reads.append(time.monotonic() - began)
            job = json.loads(body) if status == 200 else {}
            if status != 200 or job["state"] in TERMINAL or time.monotonic() > deadline:
                return status, body, job
            await asyncio.sleep(0.25)

    async def check(connection: HTTPConnection, number: int, id: str) -> None:
        status, body, job = await job_when_settled(connection, id)
        if status != 200:
            findings.add("not found" if status == 404 else f"status {status}", f"{number} {id} {body[:300]!r}")
            return
        states[job["state"]] += 1
        places["archived" if job["archived"] else "hot"] += 1
        if job["id"] != id:
            findings.add("another job", f"{number} {id}: {job['id']}")
        # Byte by byte, as sent; the comma is the one before the member that follows.
        if b'"payload":' + payload(number) + b"," not in body:
            findings.add("payload differs", f"{number} {id}: {body[:600]!r}")
        if job["state"] != "succeeded":
            findings.add("not succeeded", f"{number} {id}: {job['state']}, {job['last_error']}")
        if job["started_at"]:
            times = [datetime.datetime.fromisoformat(job[name]) for name in ("created_at", "started_at")]
            claims.append((times[1] - times[0]).total_seconds())
        if id in looked_into:
            status, body = await get(connection, f"/api/v1/jobs/{id}/attempts")
            outcomes = [item["outcome"] for item in json.loads(body)["items"]] if status == 200 else None
            if outcomes != ["succeeded"]:
                findings.add("attempts", f"{number} {id}: status {status}, outcomes {outcomes}")

    async def work() -> None:
        connection = HTTPConnection(arguments.base_url, arguments.token)
        for number, id in rest:
            try:
                await check(connection, number, id)
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                findings.add("no answer", f"{number} {id}: {error!r}")
        connection.close()

    start = time.monotonic()
    await asyncio.gather(*(work() for _ in range(arguments.connections)))
    elapsed = time.monotonic() - start
    print(f"verified {len(records)} jobs in {elapsed:.1f} s, {len(records) / elapsed:.0f}/s")
    print(f"states: {dict(states)}; {dict(places)}; attempts of {len(looked_into)}")
    print(f"read: {percentiles(reads)}; told to ask again: {len(put_off)}, {put_off.total()} times")
    print(f"claim (created to started, server's clock): {percentiles(claims)}")
    return findings.finish()


async def list_jobs(arguments: argparse.Namespace) -> int:
    recorded = {id for _, id in read_records(arguments.records)}
    connection = HTTPConnection(arguments.base_url, arguments.token, timeout=120)
    findings = Findings()
    filters = f"limit={arguments.limit}" + (f"&{arguments.query}" if arguments.query else "")
    listed: collections.Counter[str] = collections.Counter()
    archived, pages, cursor, last = 0, [], "", "9999"
    while cursor is not None:
        began = time.monotonic()
        status, body = await connection.get(f"/api/v1/jobs?{filters}" + (f"&cursor={cursor}" if cursor else ""))
        pages.append(time.monotonic() - began)
        if status != 200:
            findings.add(f"status {status}", f"page {len(pages)}: {body[:300]!r}")
            break
        page = json.loads(body)
        for job in page["items"]:
            listed[job["id"]] += 1
            archived += job["archived"]
            if job["created_at"] > last:
                findings.add("out of order", f"page {len(pages)}: {job['id']}")
            last = job["created_at"]
        cursor = page["next_cursor"]
    connection.close()
    for id in recorded - listed.keys():
        findings.add("missing", id)
    for id in (id for id, count in listed.items() if count > 1):
        findings.add("twice", id)
    print(f"listed {len(listed)} jobs, {archived} of them archived, on {len(pages)} pages; {len(recorded)} recorded, "
          f"{len(listed.keys() - recorded)} others of the same owner")
    print(f"page: {percentiles(pages)}")
    return findings.finish()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run in (("owner", make_owner), ("submit", submit), ("verify", verify), ("list", list_jobs)):
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        command.add_argument("--base-url", default=os.environ.get("BASE_URL", "http://127.0.0.1:8080"))
        command.add_argument("--token", default=os.environ.get("TOKEN", ""))
        if name != "owner":
            command.add_argument("--records", required=True, metavar="FILE")
        if name == "submit":
            command.add_argument("--rate", type=float, default=500, help="jobs a second")
            command.add_argument("--seconds", type=float, default=60)
            command.add_argument("--queue", default="default")
            command.add_argument("--latencies", metavar="FILE", help="append them, in seconds, a line each")
            command.add_argument("--connections", type=int, default=64)
        elif name == "verify":
            command.add_argument("--sample", type=int, default=0, help="how many jobs; 0 for all")
            command.add_argument("--attempts", type=int, default=1000, help="of how many jobs to read the attempts")
            command.add_argument("--settle", type=float, default=30, help="seconds to wait for jobs to end")
            command.add_argument("--connections", type=int, default=32)
        elif name == "list":
            command.add_argument("--limit", type=int, default=500, help="jobs a page")
            command.add_argument("--query", default="", help="more filters, as in a URL")
    arguments = parser.parse_args()
    return asyncio.run(arguments.run(arguments))


if __name__ == "__main__":
    sys.exit(main())
