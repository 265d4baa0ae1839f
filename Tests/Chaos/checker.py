"""Judges a history. Every rule is one method that yields what breaks it; an empty verdict means nothing was broken.

What is accepted, and why:
- A run may be repeated once its lease was lost: at least once is the promise. So there may be as many calls of a job as
  it has recorded runs, and no more: a call without a record of its run was made without a right.
- Calls of one job may overlap only where the consumer that made the earlier one was stopped by SIGSTOP in between: it
  can neither end its call nor notice that its lease has run out. A consumer that is cut off from Postgres notices, and
  a killed one's connections are closed by its kernel; both have ended their call before another may begin.
- A record that the broker lost before it was read (restarted empty, trimmed) is not accepted work.
- A job may die of `crash_loop`, but only with three lost leases on record.
"""

import bisect
import collections
import dataclasses
from collections.abc import Iterator

from history import TERMINAL, Call, History, JobRow, Run, Submission

SORTS = ("lost", "stuck", "duplicated", "overlapping", "reordered", "regressed", "inconsistent")


@dataclasses.dataclass(frozen=True)
class Violation:
    sort: str
    job: str
    detail: str

    def __str__(self) -> str:
        return f"{self.sort}: {self.job}: {self.detail}"


class Checker:
    def __init__(self, history: History) -> None:
        self.history = history
        self.rows = {row.id: row for row in history.rows}
        self.by_op: dict[str, list[JobRow]] = collections.defaultdict(list)
        for row in history.rows:
            if row.op is not None:
                self.by_op[row.op].append(row)
        self.calls: dict[str, list[Call]] = collections.defaultdict(list)
        for call in sorted(history.calls, key=lambda call: call.start):
            self.calls[call.id].append(call)
        self.cancels = collections.defaultdict(list)
        for request in history.cancels:
            self.cancels[request.id].append(request)
        self.retries = collections.defaultdict(list)
        for request in history.retries:
            self.retries[request.id].append(request)

    def violations(self) -> list[Violation]:
        rules = [self.submissions, self.lists, self.runs, self.effects, self.overlaps, self.order, self.uniqueness,
                 self.answers, self.samples, self.offsets]
        return [violation for rule in rules for violation in rule()]

    def rows_of(self, submission: Submission) -> list[JobRow]:
        rows = self.by_op.get(submission.op, [])
        own = self.rows.get(submission.id or "")
        return rows if own is None or own in rows else [*rows, own]

    # Each of these is one rule.

    def submissions(self) -> Iterator[Violation]:
        """What was accepted is there once and has ended as it may."""
        for submission in self.history.submissions.values():
            if not submission.readable:
                yield from self._dead_record(submission)
                continue
            rows = self.rows_of(submission)
            name = f"{submission.op} ({submission.kind} by {submission.via})"
            if not rows:
                if submission.accepted_at is not None and not self.is_excused(submission):
                    yield Violation("lost", name, f"accepted at {submission.accepted_at:.3f}, nowhere to be found")
                continue
            if len(rows) > 1:
                yield Violation("duplicated", name, f"became {[row.id for row in rows]}")
            for row in rows:
                yield from self._end(row, submission)

    def _dead_record(self, submission: Submission) -> Iterator[Violation]:
        count = self.history.dead_records[submission.op]
        if count > 1:
            yield Violation("duplicated", submission.op, f"{count} dead records")
        if count == 0 and submission.accepted_at is not None and not self.is_excused(submission):
            yield Violation("lost", submission.op, "an unreadable record left no dead record")

    def _end(self, row: JobRow, submission: Submission) -> Iterator[Violation]:
        if row.state not in TERMINAL:
            yield Violation("stuck", row.id, f"{row.kind} is still {row.state}, attempt {row.attempt}")
            return
        allowed = set(submission.ends)
        if self.cancels[row.id]:
            allowed.add("cancelled")
        is_crash_loop = row.state == "dead" and row.error == "crash_loop"
        if row.state not in allowed and not is_crash_loop:
            yield Violation("inconsistent", row.id, f"{row.kind} ended {row.state} ({row.error}), not {sorted(allowed)}")
        if submission.run_at is not None and row.started_at is not None and row.started_at < submission.run_at - 0.001:
            early = submission.run_at - row.started_at
            yield Violation("inconsistent", row.id, f"started {early:.3f} s before its time")

    def is_excused(self, submission: Submission) -> bool:
        return any(loss.excuses(submission) for loss in self.history.lost_logs)

    def lists(self) -> Iterator[Violation]:
        """GET /jobs shows each job once, hot or archived, and in the state that the store has."""
        if not self.history.listed:
            return
        for row in self.history.rows:
            count = self.history.listed[row.id]
            if count == 0:
                yield Violation("lost", row.id, f"not in GET /jobs ({'archived' if row.archived else 'hot'})")
            elif count > 1:
                yield Violation("duplicated", row.id, f"{count} times in GET /jobs")
            elif self.history.listed_states.get(row.id, row.state) != row.state:
                yield Violation("inconsistent", row.id, f"listed {self.history.listed_states[row.id]}, is {row.state}")
        for id in self.history.listed.keys() - self.rows.keys():
            yield Violation("inconsistent", id, "in GET /jobs, not in the store")

    def runs(self) -> Iterator[Violation]:
        """The records of a job's runs tell one story, which ends as the job did."""
        for row in self.history.rows:
            generations = collections.defaultdict(list)
            for run in row.runs:
                generations[run.generation].append(run)
            for before, after in zip(row.runs, row.runs[1:]):
                if after.started_at < before.finished_at:
                    yield Violation("overlapping", row.id, f"recorded runs {before} and {after}")
            if sum(run.outcome == "succeeded" for run in row.runs) > 1:
                yield Violation("duplicated", row.id, "succeeded more than once")
            for generation, runs in generations.items():
                yield from self._generation(row, runs, generation == row.generation)
            if row.state == "succeeded" and not generations[row.generation]:
                yield Violation("inconsistent", row.id, "succeeded without a run")

    def _generation(self, row: JobRow, runs: list[Run], is_last: bool) -> Iterator[Violation]:
        charged = 0
        for index, run in enumerate(runs):
            if run.attempt != charged + 1:
                yield Violation("inconsistent", row.id, f"run {index} is attempt {run.attempt}, not {charged + 1}")
                return
            ends = run.outcome in ("succeeded", "cancelled")
            charged += run.outcome in ("failed", "succeeded", "cancelled")
            if ends and index + 1 < len(runs):
                yield Violation("duplicated", row.id, f"went on after it was {run.outcome}")
        if not is_last or row.state not in TERMINAL:
            return
        last = runs[-1].outcome
        lost = sum(run.outcome == "lost" for run in runs)
        was_left = row.state == "cancelled" and last == "lost"  # asked to stop, and its consumer never answered
        if row.attempt != charged + was_left and row.state != "cancelled":
            yield Violation("inconsistent", row.id, f"attempt {row.attempt} after {charged} charged runs")
        if row.lost_leases != lost - was_left and row.state != "cancelled":
            yield Violation("inconsistent", row.id, f"{row.lost_leases} lost leases, {lost} lost runs")
        if row.error == "crash_loop" and row.state == "dead" and lost < 3:
            yield Violation("inconsistent", row.id, f"crash_loop after {lost} lost runs")
        if (row.state == "succeeded") != (last == "succeeded"):
            yield Violation("inconsistent", row.id, f"{row.state}, but its last run {last}")

    def effects(self) -> Iterator[Violation]:
        """What the receiver and the commands saw agrees with what is recorded."""
        if self.history.unverified_calls:
            yield Violation("inconsistent", "receiver", f"{self.history.unverified_calls} calls with a bad signature")
        for id, calls in self.calls.items():
            row = self.rows.get(id)
            if row is None:
                yield Violation("lost", id, "was called for, and is not in the store")
            elif len(calls) > len(row.runs):
                yield Violation("duplicated", id, f"{len(calls)} calls, {len(row.runs)} recorded runs")
        for row in self.history.rows:
            if row.state != "succeeded":
                continue
            if row.kind == "hook":
                good = [call for call in self.calls[row.id] if call.status == 200 and call.attempt == row.attempt]
                if not good:
                    yield Violation("inconsistent", row.id, "succeeded, but the receiver never said so")
            if row.kind == "program":
                count = self.history.commands[row.id]
                if count == 0:
                    yield Violation("inconsistent", row.id, "succeeded, but the command never ran")
                elif count > len(row.runs):
                    yield Violation("duplicated", row.id, f"{count} runs of the command, {len(row.runs)} recorded")

    def overlaps(self) -> Iterator[Violation]:
        for id, calls in self.calls.items():
            for before, after in zip(calls, calls[1:]):
                if after.start < before.end and not self._was_frozen(before, after.start):
                    yield Violation("overlapping", id, f"{before} and {after}")

    def _was_frozen(self, call: Call, until: float) -> bool:
        return any(span.what == "frozen" and span.name == call.consumer and span.meets(call.start, until)
                   for span in self.history.spans)

    def order(self) -> Iterator[Violation]:
        """Jobs of one key are called one after the other, in the order in which they were accepted."""
        keys: dict[str, list[Call]] = collections.defaultdict(list)
        for call in self.history.calls:
            if call.key is not None:
                keys[call.key].append(call)
        for key, calls in keys.items():
            calls.sort(key=lambda call: call.start)
            for before, after in zip(calls, calls[1:]):
                if self._was_frozen(before, after.start):
                    continue
                if after.turn < before.turn:
                    yield Violation("reordered", key, f"turn {after.turn} ({after.id}) after {before.turn} ({before.id})")
                elif after.id != before.id and after.start < before.end:
                    yield Violation("overlapping", key, f"turns {before.turn} and {after.turn}")

    def uniqueness(self) -> Iterator[Violation]:
        """Of jobs that are unique while they live, the next begins when the one before has ended."""
        rows: dict[str, list[JobRow]] = collections.defaultdict(list)
        for submission in self.history.submissions.values():
            if submission.unique is not None:
                rows[submission.unique] += self.rows_of(submission)
        for key, jobs in rows.items():
            jobs.sort(key=lambda row: row.created_at)
            for before, after in zip(jobs, jobs[1:]):
                if after.created_at < (before.finished_at or float("inf")):
                    yield Violation("duplicated", key, f"{before.id} and {after.id} live at the same time")

    def answers(self) -> Iterator[Violation]:
        """An answer that was given holds."""
        for text in self.history.refused:
            yield Violation("inconsistent", "request", f"refused for good: {text}")
        for request in self.history.cancels:
            row = self.rows.get(request.id)
            retried = any(retry.ended >= request.at for retry in self.retries[request.id])
            if request.status == 200 and row is not None and row.state != "cancelled" and not retried:
                yield Violation("regressed", request.id, f"was cancelled, and then {row.state}")

    def samples(self) -> Iterator[Violation]:
        """Terminal states never change, except by a retry."""
        for (id, _), samples in self.history.samples.items():
            row = self.rows.get(id)
            seen = [(sample.at, sample.state, sample.finished_at) for sample in samples]
            for (at, state, finished), (later, next_state, next_finished) in zip(seen, seen[1:]):
                if state in TERMINAL and (state, finished) != (next_state, next_finished):
                    if not self._retried(id, at, later):
                        yield Violation("regressed", id, f"{state} at {at:.3f}, {next_state} at {later:.3f}")
            if row is not None and seen and seen[-1][1] in TERMINAL and seen[-1][1] != row.state:
                if not self._retried(id, seen[-1][0], float("inf")):
                    yield Violation("regressed", id, f"{seen[-1][1]} at {seen[-1][0]:.3f}, {row.state} at the end")

    def _retried(self, id: str, start: float, end: float) -> bool:
        # One without a clear answer may be carried out later.
        return any(retry.at <= end and (retry.status != 202 or retry.ended >= start - 1)
                   for retry in self.retries[id] if retry.status not in (404, 409))

    def offsets(self) -> Iterator[Violation]:
        """Within an incarnation an offset only grows, and epochs and incarnations always do."""
        last = {}
        for sample in self.history.offsets:
            name = f"{sample.topic}[{sample.partition}]"
            before = last.get(name)
            last[name] = sample
            if before is None:
                continue
            if (sample.incarnation, sample.epoch) < (before.incarnation, before.epoch) or sample.epoch < before.epoch:
                yield Violation("regressed", name, f"{sample} after {before}")
            elif sample.incarnation == before.incarnation and (sample.next_offset or 0) < (before.next_offset or 0):
                yield Violation("regressed", name, f"offset {sample.next_offset} after {before.next_offset}")


def percentile(values: list[float], share: float) -> float | None:
    """The value below which `share` percent lie."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share / 100), len(ordered) - 1)] if ordered else None


def first_at_or_after(ordered: list[float], moment: float) -> int:
    return bisect.bisect_left(ordered, moment)
