"""The checker finds what it is for: a true history passes, and each violation, planted into it, is found."""

import unittest

from checker import Checker
from history import (Call, History, JobRow, LostLog, OffsetSample, Place, Request, Run, Sample, Span, Submission)


def run(attempt: int, start: float, end: float, outcome: str, generation: int = 0, pid: int = 7) -> Run:
    return Run(generation, attempt, start, end, outcome, f"host-{pid}")


def true_history() -> History:
    """One job over REST that lost a lease, failed and succeeded, and one by a record; both well done."""
    history = History()
    history.submissions = {
        "a": Submission("a", "hook", "single", id="id-a", accepted_at=1),
        "b": Submission("b", "noop", "kafka", accepted_at=2, place=Place("t", 0, 5)),
    }
    history.rows = [
        JobRow("id-a", "a", "hook", "succeeded", attempt=2, lost_leases=1, generation=0, archived=True, runs=[
            run(1, 1, 5, "lost"), run(1, 6, 7, "failed"), run(2, 8, 9, "succeeded")]),
        JobRow("id-b", "b", "noop", "succeeded", attempt=1, lost_leases=0, generation=0, archived=False,
               runs=[run(1, 3, 4, "succeeded")]),
    ]
    history.calls = [Call("id-a", 1, "consumer-1", 1, 2, None), Call("id-a", 1, "consumer-2", 6, 7, 503),
                     Call("id-a", 2, "consumer-2", 8, 9, 200)]
    history.listed.update(["id-a", "id-b"])
    history.samples["id-a", 0] = [Sample(1, "queued", None), Sample(10, "succeeded", "9"), Sample(11, "succeeded", "9")]
    history.offsets = [OffsetSample("t", 0, 5, 1, 0, "c"), OffsetSample("t", 0, 6, 2, 0, "c"),
                       OffsetSample("t", 0, 1, 3, 1, "d")]
    return history


def sorts(history: History) -> set[str]:
    return {violation.sort for violation in Checker(history).violations()}


class Checking(unittest.TestCase):
    def setUp(self) -> None:
        self.history = true_history()
        self.row, self.other = self.history.rows

    def found(self, sort: str) -> None:
        self.assertIn(sort, sorts(self.history))

    def passes(self) -> None:
        self.assertEqual([], list(map(str, Checker(self.history).violations())))

    def test_a_true_history_passes(self) -> None:
        self.passes()

    def test_an_accepted_job_that_is_nowhere_is_lost(self) -> None:
        self.history.rows.remove(self.other)
        del self.history.listed["id-b"]
        self.found("lost")

    def test_a_job_that_nobody_accepted_may_be_nowhere(self) -> None:
        self.history.rows.remove(self.other)
        del self.history.listed["id-b"]
        self.history.submissions["b"].accepted_at = None
        self.passes()

    def test_a_record_that_the_broker_lost_unread_is_excused_and_one_that_was_read_is_not(self) -> None:
        self.history.rows.remove(self.other)
        del self.history.listed["id-b"]
        self.history.lost_logs = [LostLog(0, 3, {("t", 0): 5})]
        self.passes()
        self.history.lost_logs = [LostLog(0, 3, {("t", 0): 6})]
        self.found("lost")

    def test_a_record_that_was_acknowledged_after_the_loss_is_not_excused(self) -> None:
        self.history.rows.remove(self.other)
        del self.history.listed["id-b"]
        self.history.lost_logs = [LostLog(0, 1, {})]
        self.found("lost")
        self.history.lost_logs = [LostLog(0, 3, {}, only=("t", 1))]
        self.found("lost")

    def test_a_job_that_the_list_does_not_show_is_lost(self) -> None:
        del self.history.listed["id-a"]
        self.found("lost")

    def test_a_job_that_the_list_shows_twice_is_duplicated(self) -> None:
        self.history.listed["id-a"] = 2
        self.found("duplicated")

    def test_a_job_that_has_not_ended_is_stuck(self) -> None:
        self.other.state = "queued"
        self.found("stuck")

    def test_an_event_that_became_two_jobs_is_duplicated(self) -> None:
        self.history.rows.append(JobRow("id-c", "b", "noop", "succeeded", 1, 0, 0, False,
                                        runs=[run(1, 3, 4, "succeeded")]))
        self.history.listed["id-c"] = 1
        self.found("duplicated")

    def test_a_garbage_record_leaves_exactly_one_dead_record(self) -> None:
        self.history.submissions["g"] = Submission("g", "noop", "kafka", accepted_at=1, readable=False)
        self.found("lost")
        self.history.dead_records["g"] = 1
        self.passes()
        self.history.dead_records["g"] = 2
        self.found("duplicated")

    def test_a_call_without_a_recorded_run_is_duplicated(self) -> None:
        self.history.calls.append(Call("id-a", 2, "consumer-1", 20, 21, 200))
        self.found("duplicated")

    def test_a_success_that_the_receiver_never_gave_is_inconsistent(self) -> None:
        self.history.calls[-1].status = 503
        self.found("inconsistent")

    def test_a_command_ran_at_least_once_and_at_most_once_a_run(self) -> None:
        self.other.kind = self.history.submissions["b"].kind = "program"
        self.found("inconsistent")
        self.history.commands["id-b"] = 1
        self.passes()
        self.history.commands["id-b"] = 2
        self.found("duplicated")

    def test_calls_at_the_same_time_overlap(self) -> None:
        self.history.calls[0].end = 6.5
        self.found("overlapping")

    def test_a_frozen_consumer_may_be_overlapped_and_one_that_is_cut_off_may_not(self) -> None:
        self.history.calls[0].end = 6.5
        self.history.spans = [Span("consumer-1", "cut-off", 1, 7)]
        self.found("overlapping")
        self.history.spans = [Span("consumer-2", "frozen", 1, 7)]
        self.found("overlapping")
        self.history.spans = [Span("consumer-1", "frozen", 1.5, 7)]
        self.passes()

    def test_recorded_runs_at_the_same_time_overlap(self) -> None:
        self.row.runs[1].started_at = 4
        self.found("overlapping")

    def test_a_second_end_of_one_attempt_is_duplicated(self) -> None:
        self.row.runs.append(run(2, 10, 11, "succeeded"))
        self.found("duplicated")

    def test_attempts_that_were_not_counted_are_inconsistent(self) -> None:
        self.row.runs[2].attempt = 3
        self.found("inconsistent")

    def test_lost_leases_that_do_not_add_up_are_inconsistent(self) -> None:
        self.row.lost_leases = 0
        self.found("inconsistent")

    def test_a_crash_loop_needs_three_lost_leases(self) -> None:
        self.row.state, self.row.error = "dead", "crash_loop"
        self.found("inconsistent")

    def test_a_cancel_by_the_sweep_leaves_the_lost_run_as_it_is(self) -> None:
        self.other.state, self.other.runs = "cancelled", [run(1, 3, 9, "lost")]
        self.history.cancels = [Request("id-b", 3, 4, 202)]
        self.passes()

    def test_an_end_that_nobody_asked_for_is_inconsistent(self) -> None:
        self.other.state, self.other.runs, self.other.attempt = "cancelled", [], 0
        self.found("inconsistent")

    def test_a_job_that_was_cancelled_stays_so(self) -> None:
        self.history.cancels = [Request("id-b", 3, 4, 200)]
        self.found("regressed")

    def test_a_job_starts_no_sooner_than_it_may(self) -> None:
        self.history.submissions["b"].run_at, self.other.started_at = 3.5, 3.0
        self.found("inconsistent")

    def test_a_terminal_state_that_changes_is_regressed_unless_somebody_retried(self) -> None:
        self.history.samples["id-a", 0].insert(1, Sample(5, "dead", "5"))
        self.found("regressed")
        self.history.retries = [Request("id-a", 6, 6.5, 409)]
        self.found("regressed")
        self.history.retries = [Request("id-a", 6, 6.5, 202)]
        self.passes()

    def test_an_end_that_is_another_at_last_is_regressed(self) -> None:
        self.history.samples["id-b", 1] = [Sample(10, "dead", "5")]
        self.found("regressed")

    def test_an_offset_that_falls_is_regressed_except_in_a_new_incarnation(self) -> None:
        self.history.offsets.append(OffsetSample("t", 0, 0, 3, 1, "d"))
        self.found("regressed")

    def test_an_epoch_that_falls_is_regressed(self) -> None:
        self.history.offsets.append(OffsetSample("t", 0, 9, 2, 1, "d"))
        self.found("regressed")

    def test_jobs_of_a_key_that_run_in_another_order_are_reordered(self) -> None:
        for op, turn, start in (("x", 0, 30), ("y", 1, 32)):
            self.history.submissions[op] = Submission(op, "hook", "single", f"id-{op}", accepted_at=20 + turn)
            self.history.rows.append(JobRow(f"id-{op}", op, "hook", "succeeded", 1, 0, 0, False,
                                            runs=[run(1, start, start + 1, "succeeded")]))
            self.history.calls.append(Call(f"id-{op}", 1, "consumer-1", start, start + 1, 200, key="k", turn=turn))
            self.history.listed[f"id-{op}"] = 1
        self.passes()
        self.history.calls[-1].turn, self.history.calls[-2].turn = 0, 1
        self.found("reordered")

    def test_two_live_jobs_of_one_unique_key_are_duplicated(self) -> None:
        for submission in self.history.submissions.values():
            submission.unique = "u"
        self.row.created_at, self.row.finished_at, self.other.created_at = 1, 9, 10
        self.passes()
        self.other.created_at = 8
        self.found("duplicated")

    def test_an_answer_that_should_not_have_been_is_inconsistent(self) -> None:
        self.history.refused.append("404 for a job that was accepted")
        self.found("inconsistent")


class Plants(unittest.TestCase):
    """What five bugs of Millrace would look like from outside."""

    def setUp(self) -> None:
        self.history = true_history()
        self.row, self.other = self.history.rows

    def test_no_fencing_a_late_holder_runs_on_and_its_end_is_written_over_the_other(self) -> None:
        self.history.calls.insert(1, Call("id-a", 1, "consumer-1", 8.2, 8.8, 200))
        self.row.runs.append(run(2, 8, 8.9, "succeeded", pid=9))
        self.assertLessEqual({"overlapping", "duplicated"}, sorts(self.history))

    def test_finish_without_token_a_lost_run_ends_a_job_that_had_ended(self) -> None:
        self.row.state, self.row.error = "dead", "timeout"
        self.row.runs[2].outcome = "failed"
        self.history.samples["id-a", 0] = [Sample(10, "succeeded", "9"), Sample(12, "dead", "11")]
        self.assertLessEqual({"regressed", "inconsistent"}, sorts(self.history))

    def test_dispatch_trusted_over_row_an_old_dispatch_runs_an_ended_job_again(self) -> None:
        self.history.calls.append(Call("id-a", 2, "consumer-3", 40, 41, 200))
        self.assertEqual({"duplicated"}, sorts(self.history))

    def test_order_by_arrival_the_later_job_of_a_key_that_came_first_runs_first(self) -> None:
        self.history.calls = [Call("id-b", 1, "consumer-1", 3, 4, 200, key="k", turn=1),
                              *(Call(call.id, call.attempt, call.consumer, call.start + 10, call.end + 10, call.status,
                                     key="k", turn=0) for call in self.history.calls)]
        self.assertEqual({"reordered"}, sorts(self.history))

    def test_ack_before_commit_a_record_is_passed_over_by_the_offset_and_is_no_job(self) -> None:
        self.history.rows.remove(self.other)
        del self.history.listed["id-b"]
        self.history.lost_logs = [LostLog(0, 30, {("t", 0): 6})]
        self.assertEqual({"lost"}, sorts(self.history))


if __name__ == "__main__":
    unittest.main()
