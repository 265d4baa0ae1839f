"""Submits work in every way there is until told to stop, and asks again whenever an answer did not come."""

import asyncio
import collections
import random
import time

from clients import Client
from history import TERMINAL, History, Place, Request, Sample, Submission
from record_producer import RecordProducer
from stack import TOPIC, Stack
from submissions import Work, WorkSource, cloud_event

SINGLE_RATE, BULK_RATE, RECORD_RATE = 40.0, 1.0, 40.0  # a second
BULK_SIZES = (50, 150)
KEYS = 12


class Workload:
    def __init__(self, stack: Stack, history: History, seed: int) -> None:
        self._stack, self._history, self._seed = stack, history, seed
        self._is_on = True
        self._gives_up_at = float("inf")
        self._recent: collections.deque[Submission] = collections.deque(maxlen=2000)
        self._doomed: collections.deque[tuple[float, Submission]] = collections.deque(maxlen=500)
        self._tickets: asyncio.Queue[None] = asyncio.Queue()
        self._flood = WorkSource(f"{seed}/flood")

    async def run(self) -> None:
        """Until `stop`; what was begun is brought to its end."""
        self._producer = RecordProducer(f"127.0.0.1:{self._stack.broker_port}")
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._issue_tickets())
                for number in range(32):
                    group.create_task(self._submit_singles(number))
                for number in range(2):
                    group.create_task(self._submit_in_bulk(number))
                    group.create_task(self._cancel(number))
                for number in range(8):
                    group.create_task(self._watch(number))
                group.create_task(self._retry())
                group.create_task(self._produce_records())
                for number in range(KEYS):
                    group.create_task(self._submit_keyed(number))
                    group.create_task(self._submit_unique(number))
                    group.create_task(self._submit_idempotent(number))
        finally:
            await self._producer.close()

    def stop(self, patience: float) -> None:
        """Nothing new from now on, and nothing is asked again after so many seconds."""
        self._is_on = False
        self._gives_up_at = time.time() + patience

    async def flood(self, partition: int) -> None:
        """More than the development broker keeps of a partition (5 MiB)."""
        works = [self._flood.noop("kafka", 200_000) for _ in range(28)]
        await asyncio.gather(*(self._produce(work, partition) for work in works))

    # Over REST.

    async def _issue_tickets(self) -> None:
        """At a fixed rate, whatever the answers; those that nobody can take are left out."""
        start, count = time.monotonic(), 0
        while self._is_on:
            count += 1
            await asyncio.sleep(max(0.0, start + count / SINGLE_RATE - time.monotonic()))
            if self._tickets.qsize() < 20:
                self._tickets.put_nowait(None)
        for _ in range(32):
            self._tickets.put_nowait(None)  # For those who are waiting for one.

    async def _submit_singles(self, number: int) -> None:
        client, source = Client(self._stack, self._history, number), WorkSource(f"{self._seed}/single-{number}")
        while self._is_on:
            await self._tickets.get()
            work = source.long() if source.chance(0.03) else source.work("single")
            await self._submit(client, work)
            if work.members.get("max_attempts") == 2:
                self._doomed.append((time.time(), work.submission))
            self._recent.append(work.submission)
        client.close()

    async def _submit(self, client: Client, work: Work) -> bool:
        self._history.submissions[work.submission.op] = work.submission
        return await self._insist(lambda: client.post("/api/v1/jobs", work.members, "submit"), [work], lambda body: True)

    async def _submit_in_bulk(self, number: int) -> None:
        client, source = Client(self._stack, self._history, number), WorkSource(f"{self._seed}/bulk-{number}")
        while self._is_on:
            works = [source.work("bulk") for _ in range(source.number(*BULK_SIZES))]
            for work in works:
                self._history.submissions[work.submission.op] = work.submission
            body = {"jobs": [work.members for work in works]}
            await self._insist(lambda: client.post("/api/v1/jobs/bulk", body, "bulk"), works, self._all_taken)
            self._recent.extend(work.submission for work in works[:5])
            await asyncio.sleep(2 / BULK_RATE * source.number(50, 150) / 100)
        client.close()

    def _all_taken(self, body: dict) -> bool:
        """Items that could not be taken now are asked for again with all the others."""
        statuses = [item["status"] for item in body.get("items", [])]
        for item in body.get("items", []):
            if item["status"] in (400, 409, 422):
                self._history.refused.append(str(item)[:300])
        return bool(statuses) and all(status not in (500, 503) for status in statuses)

    async def _insist(self, send, works: list[Work], is_complete, waits_on: tuple[int, ...] = (408, 429)) -> bool:
        """Asks until there is an answer that says yes; an id of our own makes that safe."""
        pause = 0.1
        while time.time() < self._gives_up_at:
            status, body = await send()
            if status in (200, 202) and is_complete(body):
                for work in works:
                    work.submission.accepted_at = time.time()
                return True
            if status is not None and 400 <= status < 500 and status not in waits_on:
                self._history.refused.append(f"{status} {str(body)[:300]}")
                return False
            await asyncio.sleep(pause)
            pause = min(1.0, pause * 2)
        return False

    # On the topic.

    async def _produce_records(self) -> None:
        source = WorkSource(f"{self._seed}/records")
        start, count = time.monotonic(), 0
        async with asyncio.TaskGroup() as group:
            while self._is_on:
                count += 1
                await asyncio.sleep(max(0.0, start + count / RECORD_RATE - time.monotonic()))
                if source.chance(0.02):
                    group.create_task(self._produce_garbage(source.noop("kafka").submission))
                    continue
                work = source.work("kafka")
                if source.chance(0.5):
                    work.submission.id = None
                group.create_task(self._produce(work, twice=source.chance(0.05)))

    async def _produce(self, work: Work, partition: int = -1, twice: bool = False) -> None:
        """Asked again while nobody knows: the same event is the same job."""
        submission = work.submission
        self._history.submissions[submission.op] = submission
        value, headers = cloud_event(work)
        while time.time() < self._gives_up_at:
            life = self._stack.broker_life
            place = await self._producer.produce(TOPIC, value, headers, partition=partition)
            # A broker that was lost meanwhile may have acknowledged it before.
            if place is not None and life == self._stack.broker_life:
                submission.place = Place(TOPIC, *place, life)
                submission.accepted_at = time.time()
                break
            await asyncio.sleep(0.5)
        if twice:
            await self._producer.produce(TOPIC, value, headers, partition=partition)

    async def _produce_garbage(self, submission: Submission) -> None:
        """Once only: what cannot be read has no identity."""
        submission.readable = False
        self._history.submissions[submission.op] = submission
        life = self._stack.broker_life
        place = await self._producer.produce(TOPIC, f"not a job: {submission.op}".encode())
        if place is not None and life == self._stack.broker_life:
            submission.place, submission.accepted_at = Place(TOPIC, *place, life), time.time()

    # What users do with their jobs.

    async def _cancel(self, number: int) -> None:
        client, source = Client(self._stack, self._history, number), random.Random(f"{self._seed}/cancel-{number}")
        while self._is_on:
            await asyncio.sleep(source.uniform(0.1, 0.5))
            candidates = [each for each in list(self._recent)[-300:] if each.id is not None and each.accepted_at]
            # Mostly those that are there to be cancelled.
            long = [each for each in candidates if each.kind == "sleep" or each.run_at is not None]
            chosen = source.choice(long or candidates) if candidates else None
            if chosen is not None:
                await self._request(client, f"/api/v1/jobs/{chosen.id}/cancel", "cancel", chosen.id,
                                    self._history.cancels)
        await self._cancel_the_rest(client)
        client.close()

    async def _cancel_the_rest(self, client: Client) -> None:
        """The longest, so that nobody has to wait for them."""
        for submission in list(self._recent):
            is_long = submission.kind == "sleep" or (submission.run_at or 0) > time.time() + 2
            if is_long and submission.accepted_at is not None and submission.accepted_at > time.time() - 35:
                await self._request(client, f"/api/v1/jobs/{submission.id}/cancel", "cancel", submission.id,
                                    self._history.cancels)

    async def _retry(self) -> None:
        client, source = Client(self._stack, self._history), random.Random(f"{self._seed}/retry")
        while self._is_on:
            await asyncio.sleep(0.3)
            while self._doomed and self._doomed[0][0] < time.time() - 5:
                _, submission = self._doomed.popleft()
                if source.random() < 0.2:
                    continue
                request = await self._request(
                    client, f"/api/v1/jobs/{submission.id}/retry", "retry", submission.id, self._history.retries)
                if request.status == 409:  # It is not dead yet.
                    self._doomed.append((time.time(), submission))
        client.close()

    async def _request(self, client: Client, path: str, route: str, id: str, requests: list[Request]) -> Request:
        # Written down before it is sent: from then on it may be carried out.
        request = Request(id, time.time(), float("inf"), None)
        requests.append(request)
        request.status, _ = await client.post(path, None, route)
        request.ended = time.time()
        return request

    async def _watch(self, number: int) -> None:
        """Looks at some jobs again and again, also after their end."""
        client, source = Client(self._stack, self._history, number), random.Random(f"{self._seed}/watch-{number}")
        watched: dict[str, int] = {}
        while self._is_on:
            await asyncio.sleep(0.05)
            if len(watched) < 20 and self._recent:
                submission = source.choice(self._recent)
                if submission.id is not None and submission.accepted_at:
                    watched.setdefault(submission.id, 60)
            if not watched:
                continue
            id = source.choice(list(watched))
            status, job = await client.get(f"/api/v1/jobs/{id}", "get")
            if status == 200:
                # Two watchers may look at one job: each has a story of its own.
                self._history.samples[id, number].append(Sample(time.time(), job["state"], job["finished_at"]))
            elif status == 404:
                self._history.refused.append(f"404 for {id}, which was accepted")
            watched[id] -= 1
            if watched[id] <= 0 or (status == 200 and job["state"] in TERMINAL and source.random() < 0.1):
                del watched[id]
        client.close()

    # Order.

    async def _submit_keyed(self, number: int) -> None:
        """One key, one job after the other, so that the order of acceptance is known; every second key by records."""
        client, source = Client(self._stack, self._history, number), WorkSource(f"{self._seed}/key-{number}")
        turn = 0
        while self._is_on:
            work = source.keyed(f"key-{number}", turn, "single" if number % 2 else "kafka")
            if number % 2:
                await self._submit(client, work)
            else:
                await self._produce(work, partition=number % 4)
            turn += 1
            await asyncio.sleep(source.number(20, 600) / 1000)
        client.close()

    # Uniqueness and Idempotency-Key.

    async def _submit_unique(self, number: int) -> None:
        """Three callers a key: whoever comes second gets the first one's job, which is no job of its own then."""
        client, source = Client(self._stack, self._history, number), WorkSource(f"{self._seed}/unique-{number}")
        while self._is_on:
            work = source.unique(f"unique-{number % 4}")
            self._history.submissions[work.submission.op] = work.submission

            def is_own(body: dict) -> bool:
                if body.get("id") != work.submission.id:
                    del self._history.submissions[work.submission.op]
                return True

            await self._insist(lambda: client.post("/api/v1/jobs", work.members, "unique"), [work], is_own)
            await asyncio.sleep(source.number(20, 600) / 1000)
        client.close()

    async def _submit_idempotent(self, number: int) -> None:
        """Without an id: the key alone makes one job of all that is asked."""
        client, source = Client(self._stack, self._history, number), WorkSource(f"{self._seed}/idempotent-{number}")
        while self._is_on:
            work = source.noop("single")
            work.submission.id = None
            del work.members["id"]
            self._history.submissions[work.submission.op] = work.submission
            headers = {"Idempotency-Key": f'"{work.submission.op}"'}

            async def send() -> tuple[int | None, dict]:
                return await client.post("/api/v1/jobs", work.members, "idempotent", headers)

            if await self._insist(send, [work], lambda body: True, waits_on=(408, 409, 429)) and source.chance(0.3):
                await send()
            await asyncio.sleep(source.number(20, 600) / 1000)
        client.close()
