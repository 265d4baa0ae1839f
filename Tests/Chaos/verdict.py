"""What a run comes to, as it is printed: zeros or not, and whether zeros mean anything."""

import collections
import dataclasses

from checker import SORTS, Checker, Violation, percentile
from figures import BROKER_AWAY, POSTGRES_AWAY, Figures, shown
from history import History
from observer import Observer
from stack import Stack

FAULTS, VACUOUS = 1, 3  # exit statuses


@dataclasses.dataclass
class Verdict:
    seed: int
    seconds: float
    history: History
    stack: Stack
    observer: Observer
    nemesis_failures: list[str]
    planned_kinds: set[str]

    def __post_init__(self) -> None:
        self.checker = Checker(self.history)
        self.violations = self.checker.violations()
        self.figures = Figures(self.history, self.stack, self.observer)
        self.outcomes = collections.Counter(run.outcome for row in self.history.rows for run in row.runs)

    @property
    def status(self) -> int:
        return FAULTS if self.violations else VACUOUS if self.emptiness() else 0

    def emptiness(self) -> list[str]:
        """Why zeros would mean nothing."""
        rows = self.history.rows
        succeeded = sum(row.state == "succeeded" for row in rows)
        cancelled = sum(request.status in (200, 202) for request in self.history.cancels)
        retried = sum(request.status == 202 for request in self.history.retries)
        struck = {fault.kind for fault in self.history.faults if fault.healed != float("inf")}
        missed = self.planned_kinds - struck
        needs = {
            f"{len(self.history.accepted())} accepted in {self.seconds:.0f} s":
                len(self.history.accepted()) >= 20 * self.seconds,
            f"{succeeded} of {len(rows)} jobs succeeded": succeeded >= 0.7 * len(rows) > 0,
            f"kinds of faults that were planned and never struck: {sorted(missed)}": not missed,
            f"faults that could not be made: {self.nemesis_failures}": not self.nemesis_failures,
            "no lost lease": self.outcomes["lost"] > 0,
            "no failed run": self.outcomes["failed"] > 0,
            "no cancel": cancelled > 0,
            "no retry": retried > 0,
            "nothing archived": any(row.archived for row in rows),
            "no record became a job": any(self.checker.rows_of(each) for each in self.history.accepted("kafka")),
            "no call": bool(self.history.calls),
            "no call of a job with an ordering key": any(call.key is not None for call in self.history.calls),
            "no unique job": any(each.unique is not None for each in self.history.accepted()),
            "no offsets": bool(self.history.offsets),
            **{f"nothing by {via}": bool(self.history.accepted(via)) for via in ("single", "bulk", "kafka")},
        }
        return [text for text, is_met in needs.items() if not is_met]

    def text(self) -> str:
        counts = collections.Counter(violation.sort for violation in self.violations)
        empty = self.emptiness()
        word = "FAULTS" if self.violations else "VACUOUS: " + "; ".join(empty) if empty else "PASS"
        return "\n".join([
            *self._faults(), *self._operations(), *self._availability(),
            f"seed {self.seed}: " + ", ".join(f"{sort} {counts[sort]}" for sort in SORTS), word])

    def _faults(self) -> list[str]:
        kinds = collections.Counter(fault.kind for fault in self.history.faults)
        listed = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
        return [f"faults: {sum(kinds.values())} of {len(kinds)} kinds: {listed}"]

    def _operations(self) -> list[str]:
        history, rows = self.history, self.history.rows
        accepted = {via: len(history.accepted(via)) for via in ("single", "bulk", "kafka")}
        states = collections.Counter(row.state for row in rows)
        cancels = collections.Counter(str(request.status) for request in history.cancels)
        retries = collections.Counter(str(request.status) for request in history.retries)
        excused = sum(loss_excused(self.checker, each) for each in history.submissions.values())
        return [
            f"accepted: {sum(accepted.values())}: {accepted}; never answered: "
            f"{len(history.submissions) - sum(accepted.values())}; lost by the broker before they were read: {excused}",
            f"jobs: {len(rows)}, {sum(row.archived for row in rows)} archived: {dict(states)}; dead records: "
            f"{sum(history.dead_records.values())}; crash loops: {sum(row.error == 'crash_loop' for row in rows)}",
            f"runs: {sum(self.outcomes.values())}: {dict(self.outcomes)}; calls: {len(history.calls)}; commands: "
            f"{sum(history.commands.values())}",
            f"cancels: {dict(cancels)}; retries: {dict(retries)}; samples: "
            f"{sum(map(len, history.samples.values()))} of jobs, {len(history.offsets)} of offsets",
        ]

    def _availability(self) -> list[str]:
        figures, latencies = self.figures, self.figures.latencies()
        late = figures.answered_late(5)
        worst = max((answer.end - answer.start for answer in late), default=0)
        return [
            f"answers: {figures.answers()}",
            f"submit: p50 {(percentile(latencies, 50) or 0) * 1000:.0f} ms, p99 {(percentile(latencies, 99) or 0):.2f} s,"
            f" max {max(latencies, default=0):.2f} s; over 5 s by an API that was there: {len(late)}, worst {worst:.2f} s",
            f"work of a killed consumer runs again: {shown(figures.recoveries(undisturbed=False))}; with Postgres there: "
            f"{shown(figures.recoveries(undisturbed=True))}",
            f"unready after the loss of Postgres: {shown(figures.until_unready())}; "
            f"ready after its return: {shown(figures.until_ready())}",
            *(f"throughput back after {name}: {shown(figures.until_throughput(kinds, undisturbed=False))}; with no other "
              f"fault in its way: {shown(figures.until_throughput(kinds, undisturbed=True))}"
              for name, kinds in (("Postgres", POSTGRES_AWAY), ("the broker", BROKER_AWAY))),
            f"our own lateness: {self.observer.worst_lateness:.2f} s at worst",
        ]

    def explanations(self, most: int = 5) -> list[str]:
        """The first violations of each sort with everything that is known of their jobs."""
        told: collections.Counter[str] = collections.Counter()
        lines = []
        for violation in self.violations:
            told[violation.sort] += 1
            if told[violation.sort] <= most:
                lines += [str(violation), *(f"    {line}" for line in self._known(violation))]
        return lines

    def _known(self, violation: Violation) -> list[str]:
        checker, id = self.checker, violation.job
        facts = [checker.rows.get(id), *checker.calls.get(id, []), *checker.cancels.get(id, []),
                 *checker.retries.get(id, [])]
        facts += [sample for (job, _), samples in self.history.samples.items() if job == id for sample in samples[-3:]]
        facts += [each for each in self.history.submissions.values() if each.id == id or violation.job.startswith(each.op)]
        return [str(fact) for fact in facts[:20] if fact is not None]


def loss_excused(checker: Checker, submission) -> bool:
    is_there = checker.rows_of(submission) if submission.readable else checker.history.dead_records[submission.op]
    return submission.accepted_at is not None and not is_there and checker.is_excused(submission)
