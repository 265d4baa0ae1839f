"""What was asked for, what was seen from outside, and what is left at the end. All times are Unix seconds."""

import collections
import dataclasses

TERMINAL = frozenset({"succeeded", "dead", "cancelled", "expired"})


@dataclasses.dataclass
class Place:
    """Where an acknowledged record lies. A broker that comes back empty begins its next life."""

    topic: str
    partition: int
    offset: int
    life: int = 0


@dataclasses.dataclass
class Submission:
    """One job that was asked for, perhaps many times over: `op` is in its payload, however its id came about."""

    op: str
    kind: str
    via: str  # single, bulk, kafka
    id: str | None = None  # None: the id that the record's identity gives
    ends: frozenset[str] = frozenset({"succeeded"})
    accepted_at: float | None = None  # None: nobody ever said yes
    place: Place | None = None
    run_at: float | None = None
    key: str | None = None
    turn: int = 0  # its place among the jobs of its key, in order of acceptance
    unique: str | None = None  # no two live jobs have the same
    readable: bool = True  # False: a record that must become a dead record


@dataclasses.dataclass
class Request:
    """A cancel or a retry; `status` is None when no answer came."""

    id: str
    at: float
    ended: float
    status: int | None


@dataclasses.dataclass
class Call:
    """A request as the receiver saw it; `end` is when it answered or the connection was gone."""

    id: str
    attempt: int
    consumer: str
    start: float
    end: float
    status: int | None
    key: str | None = None
    turn: int = 0


@dataclasses.dataclass
class Sample:
    """A job as GET showed it."""

    at: float
    state: str
    finished_at: str | None


@dataclasses.dataclass
class OffsetSample:
    topic: str
    partition: int
    next_offset: int | None
    epoch: int
    incarnation: int
    cluster: str | None


@dataclasses.dataclass
class Span:
    """A process or a server was frozen, dead or out of reach for so long."""

    name: str
    what: str
    start: float
    end: float = float("inf")

    def meets(self, start: float, end: float) -> bool:
        return self.start <= end and self.end >= start


@dataclasses.dataclass
class LostLog:
    """The broker lost what it held; `unread_from` is where each partition stood in Postgres, all others at 0."""

    life: int
    at: float
    unread_from: dict[tuple[str, int], int]
    only: tuple[str, int] | None = None  # trimmed: this partition alone

    def excuses(self, submission: Submission) -> bool:
        """Whether the record was lost before anyone could read it."""
        place = submission.place
        if place is None or place.life > self.life or (submission.accepted_at or 0) > self.at:
            return False
        partition = (place.topic, place.partition)
        if self.only not in (None, partition):
            return False
        return place.life < self.life or place.offset >= self.unread_from.get(partition, 0)


@dataclasses.dataclass
class Run:
    generation: int
    attempt: int
    started_at: float
    finished_at: float
    outcome: str
    consumer: str


@dataclasses.dataclass
class JobRow:
    id: str
    op: str | None
    kind: str
    state: str
    attempt: int
    lost_leases: int
    generation: int
    archived: bool
    created_at: float = 0
    started_at: float | None = None
    finished_at: float | None = None
    error: str | None = None
    runs: list[Run] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Answer:
    """A request to an API as its client lived it; `status` is None when none came."""

    api: str
    route: str
    start: float
    end: float
    status: int | None
    error: str = ""


@dataclasses.dataclass
class FaultDone:
    """A fault as it came to be; `healed` is when its cause was taken away."""

    kind: str
    target: str
    start: float
    healed: float = float("inf")
    pid: int | None = None


class History:
    """Everything that the checker judges by."""

    def __init__(self) -> None:
        self.submissions: dict[str, Submission] = {}
        self.cancels: list[Request] = []
        self.retries: list[Request] = []
        self.calls: list[Call] = []
        self.unverified_calls = 0
        self.commands: collections.Counter[str] = collections.Counter()
        self.samples: dict[tuple[str, int], list[Sample]] = collections.defaultdict(list)  # of a job and a watcher
        self.offsets: list[OffsetSample] = []
        self.spans: list[Span] = []
        self.lost_logs: list[LostLog] = []
        self.answers: list[Answer] = []
        self.faults: list[FaultDone] = []
        # At the end.
        self.rows: list[JobRow] = []
        self.dead_records: collections.Counter[str] = collections.Counter()
        self.listed: collections.Counter[str] = collections.Counter()
        self.listed_states: dict[str, str] = {}
        self.refused: list[str] = []  # what should have been accepted and was refused for good

    def accepted(self, via: str | None = None) -> list[Submission]:
        return [each for each in self.submissions.values()
                if each.accepted_at is not None and via in (None, each.via)]
