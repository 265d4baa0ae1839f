"""What a run measures besides right and wrong. Percentiles of nothing are None."""

import collections
from collections.abc import Callable

from checker import first_at_or_after, percentile
from history import Answer, FaultDone, History
from observer import Observer
from stack import Stack

POSTGRES_AWAY = ("postgres.stop", "postgres.freeze")
BROKER_AWAY = ("broker.empty", "broker.abort", "broker.down", "broker.freeze")
# What lets no job end while it lasts, or next to none.
STOPS_ALL = ("postgres.", "broker.", "consumer.kill-all")


class Figures:
    def __init__(self, history: History, stack: Stack, observer: Observer) -> None:
        self._history, self._stack, self._observer = history, stack, observer
        self._ends = sorted(run.finished_at for row in history.rows for run in row.runs if run.outcome == "succeeded")

    def answers(self) -> dict[str, int]:
        """Requests by what became of them."""
        counts: collections.Counter[str] = collections.Counter()
        for answer in self._history.answers:
            counts[str(answer.status) if answer.status is not None else f"no answer ({answer.error})"] += 1
        return dict(sorted(counts.items()))

    def answered_late(self, limit: float) -> list[Answer]:
        """Requests to an API that was there all the time, whose answer took longer."""
        return [answer for answer in self._history.answers
                if answer.end - answer.start > limit and self._was_there(answer)]

    def _was_there(self, answer: Answer) -> bool:
        for span in self._history.spans:
            if span.name == answer.api and span.what == "frozen" and span.meets(answer.start, answer.end):
                return False
        for fault in self._history.faults:
            if fault.target == answer.api and fault.kind in ("api.kill", "api.terminate", "http.reset"):
                if fault.start <= answer.end and fault.healed >= answer.start:
                    return False
        return True

    def latencies(self) -> list[float]:
        return [answer.end - answer.start for answer in self._history.answers
                if answer.route == "submit" and answer.status in (200, 202)]

    def recoveries(self, undisturbed: bool) -> list[float]:
        """From the death of a consumer to the next run of what it was running; those alone that Postgres and the other
        consumers were there for, or all."""
        deaths = {pid: end for server in self._stack.servers.values() for pid, (_, end) in server.pids.items()}
        killed = {fault.pid for fault in self._history.faults if fault.kind == "consumer.kill"}
        times = []
        for row in self._history.rows:
            for run, after in zip(row.runs, row.runs[1:]):
                pid = int(run.consumer.rsplit("-", 1)[1])
                # One that had lost its leases before it was killed has nothing to be recovered.
                if run.outcome == "lost" and pid in killed and after.started_at >= deaths.get(pid, float("inf")):
                    if not (undisturbed and self._was_disturbed(deaths[pid], after.started_at)):
                        times.append(after.started_at - deaths[pid])
        return times

    def _was_disturbed(self, start: float, end: float) -> bool:
        return any(fault.start < end and fault.healed > start and fault.pid is None
                   and fault.kind.startswith(("postgres.", "consumer.")) for fault in self._history.faults)

    def until_unready(self) -> list[float]:
        """From the loss of Postgres to the first 503 of each API; the whole of the fault where none came."""
        return self._until(503, lambda fault: (fault.start, fault.healed))

    def until_ready(self) -> list[float]:
        """From its return to the first 200, of those that had noticed; 20 s where none came."""
        return self._until(200, lambda fault: (fault.healed, fault.healed + 20))

    def _until(self, status: int, span: Callable[[FaultDone], tuple[float, float]]) -> list[float]:
        """Not of APIs that said so before, nor where another fault touched one or came between."""
        times = []
        for fault in self._of(POSTGRES_AWAY):
            start, end = span(fault)
            for name, changes in self._observer.readiness.items():
                before = next((seen for at, seen in reversed(changes) if at < start), None)
                until = next((at for at, seen in changes if start <= at <= end and seen == status), end)
                if before not in (status, None) and not self._was_touched(name, fault, start, until):
                    times.append(until - start)
        return times

    def _was_touched(self, name: str, apart_from: FaultDone, start: float, end: float) -> bool:
        return any(fault is not apart_from and fault.start < end and fault.healed > start - 1
                   and (fault.kind.startswith("postgres.") or fault.target == name) for fault in self._history.faults)

    def until_throughput(self, kinds: tuple[str, ...], undisturbed: bool, limit: float = 30) -> list[float]:
        """From the end of a fault until as many jobs succeed in a second as half of those in the seconds before it;
        of the faults alone into whose end no other fell that would stop all work, or of all."""
        times = []
        for fault in self._of(kinds):
            before = self._ended(fault.start - 5, fault.start) / 5
            if before == 0:
                continue
            at = fault.healed
            while at < fault.healed + limit and self._ended(at, at + 1) < before / 2:
                at += 0.1
            if not (undisturbed and self._has_company(fault, at)):
                times.append(min(at - fault.healed, limit))
        return times

    def _has_company(self, fault: FaultDone, end: float) -> bool:
        return any(other is not fault and other.start < end + 1 and other.healed > fault.healed
                   and other.kind.startswith(STOPS_ALL) for other in self._history.faults)

    def _ended(self, start: float, end: float) -> int:
        return first_at_or_after(self._ends, end) - first_at_or_after(self._ends, start)

    def _of(self, kinds: tuple[str, ...]) -> list[FaultDone]:
        return [fault for fault in self._history.faults if fault.kind in kinds]


def shown(values: list[float]) -> str:
    if not values:
        return "none measured"
    return f"p50 {percentile(values, 50):.2f} s, p99 {percentile(values, 99):.2f} s, max {max(values):.2f} s of {len(values)}"
