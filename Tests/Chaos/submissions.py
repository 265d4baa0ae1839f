"""What the workload asks for: jobs of every kind, each with an `op` of its own in its payload."""

import dataclasses
import json
import random
import time
import uuid

from history import Submission

ENDS = {"noop": {"succeeded"}, "hook": {"succeeded"}, "program": {"succeeded"}, "sleep": {"succeeded"},
        "refuses": {"dead"}}


@dataclasses.dataclass
class Work:
    """A submission and the members of `POST /jobs` that ask for it."""

    submission: Submission
    members: dict


class WorkSource:
    """Deals jobs of all kinds from a seed; ids are the caller's own, so that an answer that never came can be asked
    for again."""

    def __init__(self, seed: str) -> None:
        self._seed, self._source, self._count = seed, random.Random(seed), 0

    def chance(self, share: float) -> bool:
        return self._source.random() < share

    def number(self, low: int, high: int) -> int:
        return self._source.randint(low, high)

    def work(self, via: str) -> Work:
        draw = self._source.random()
        if draw < 0.45:
            return self._make("noop", via)
        if draw < 0.75:
            return self._make("hook", via, payload={"ms": self._source.choice([0, 0, 5, 20, 100, 400])})
        if draw < 0.80:
            return self._make("hook", via, payload={"fail": self.number(1, 3)})
        if draw < 0.84 and via != "kafka":
            return self._doomed(via)
        if draw < 0.90 and via != "kafka":
            return self._make("sleep", via, bare={"ms": self._source.choice([10, 100, 500, 2000])})
        if draw < 0.92:
            return self._make("program", via)
        if draw < 0.925:
            return self._make("refuses", via)
        if draw < 0.96:
            return self._later(via)
        return self._expiring(via)

    def noop(self, via: str, size: int = 0) -> Work:
        return self._make("noop", via, payload={"filler": "x" * size} if size else {})

    def long(self) -> Work:
        """One that will be running, or waiting, when it is cancelled."""
        if self.chance(0.5):
            return self._make("sleep", "single", bare={"ms": 20_000})
        return self._later("single", 30)

    def keyed(self, key: str, turn: int, via: str) -> Work:
        work = self._make("hook", via, payload={"ms": self._source.choice([0, 5, 50]), "key": key, "turn": turn,
                                                "fail": int(self.chance(0.1))})
        work.members["ordering_key"] = key
        work.submission.key, work.submission.turn = key, turn
        return work

    def unique(self, key: str) -> Work:
        work = self._make("hook", "single", payload={"ms": self._source.choice([0, 20, 200])})
        work.members["unique"] = {"key": key, "scope": "active", "on_conflict": "return"}
        work.submission.unique = key
        return work

    def _make(self, kind: str, via: str, payload: dict | None = None, bare: dict | None = None) -> Work:
        self._count += 1
        op = f"{self._seed}/{self._count}"
        # From the seed too; the version's bits are those of random ids.
        id = str(uuid.UUID(int=self._source.getrandbits(128), version=4))
        submission = Submission(op=op, kind=kind, via=via, id=id, ends=frozenset(ENDS[kind]))
        body = bare if bare is not None else {"op": op, **(payload or {})}
        return Work(submission, {"id": id, "kind": kind, "payload": body})

    def _doomed(self, via: str) -> Work:
        """Two attempts, and the receiver refuses the first three calls: dead, and well after a retry by hand."""
        work = self._make("hook", via, payload={"fail": 3})
        work.members["max_attempts"] = 2
        work.submission.ends = frozenset({"dead", "succeeded"})
        return work

    def _later(self, via: str, seconds: float | None = None) -> Work:
        work = self._make("noop", via)
        run_at = time.time() + (seconds or self._source.uniform(0.5, 8))
        work.members["run_at"] = rfc3339(run_at)
        work.submission.run_at = run_at
        return work

    def _expiring(self, via: str) -> Work:
        work = self._make("noop", via)
        work.members["expires_at"] = rfc3339(time.time() + self._source.uniform(0.5, 20))
        work.submission.ends = frozenset({"succeeded", "expired"})
        return work


def rfc3339(moment: float) -> str:
    whole, part = divmod(int(moment * 1000), 1000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole)) + f".{part:03d}Z"


def cloud_event(work: Work) -> tuple[bytes, dict[str, str]]:
    """The same job as a record: value and headers."""
    members, submission = work.members, work.submission
    headers = {"ce_specversion": "1.0", "ce_id": submission.op, "ce_source": "/chaos", "ce_type": submission.kind,
               "content-type": "application/json"}
    names = {"id": "ce_mrid", "run_at": "ce_mrrunat", "expires_at": "ce_mrexpiresat", "ordering_key": "ce_partitionkey",
             "max_attempts": "ce_mrmaxattempts"}
    for member, header in names.items():
        if member in members and (member != "id" or submission.id is not None):
            headers[header] = str(members[member])
    return json.dumps(members["payload"]).encode(), headers
