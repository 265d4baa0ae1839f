"""How long it took after Postgres or the broker had gone and come back."""

import types
import unittest

from figures import Figures
from history import FaultDone, History


class ReadinessTests(unittest.TestCase):
    def figures(self, readiness: list[tuple[float, int | None]], *more: FaultDone) -> Figures:
        history = History()
        history.faults += [FaultDone("postgres.stop", "-", 100.0, 103.0), *more]
        return Figures(history, stack=None, observer=types.SimpleNamespace(readiness={"api-1": readiness}))

    def test_both_ways_are_measured_from_where_the_fault_begins_and_ends(self) -> None:
        figures = self.figures([(1.0, 200), (101.5, 503), (103.5, 200)])
        self.assertEqual((figures.until_unready(), figures.until_ready()), ([1.5], [0.5]))

    def test_what_never_comes_counts_as_all_of_the_time(self) -> None:
        self.assertEqual(self.figures([(1.0, 200)]).until_unready(), [3.0])
        self.assertEqual(self.figures([(1.0, 200), (101.0, 503)]).until_ready(), [20.0])

    def test_another_fault_that_comes_after_the_answer_changes_nothing(self) -> None:
        later = FaultDone("postgres.lock", "-", 105.0, 106.0)
        self.assertEqual(self.figures([(1.0, 200), (101.0, 503), (104.0, 200)], later).until_ready(), [1.0])

    def test_another_fault_that_comes_before_it_leaves_nothing_to_measure(self) -> None:
        readiness = [(1.0, 200), (101.0, 503), (108.0, 200)]
        for other in (FaultDone("postgres.lock", "-", 105.0, 106.0), FaultDone("api.kill", "api-1", 104.0, 105.0)):
            self.assertEqual(self.figures(readiness, other).until_ready(), [])
        elsewhere = FaultDone("api.kill", "api-2", 104.0, 105.0)
        self.assertEqual(self.figures(readiness, elsewhere).until_ready(), [5.0])

    def test_an_api_that_was_unready_before_says_nothing(self) -> None:
        self.assertEqual(self.figures([(1.0, 503)]).until_unready(), [])


class ThroughputTests(unittest.TestCase):
    """Ten jobs a second, until the broker goes at 100 s, and from `resumed` on."""

    def times(self, resumed: float, *more: FaultDone) -> tuple[list[float], list[float]]:
        history = History()
        history.faults += [FaultDone("broker.down", "-", 100.0, 103.0), *more]
        figures = Figures(history, stack=None, observer=None)
        figures._ends = [number / 10 for number in range(900, 1500) if number < 1000 or number >= resumed * 10]
        rounded = [[round(time, 1) for time in figures.until_throughput(("broker.down",), undisturbed)]
                   for undisturbed in (False, True)]
        return rounded[0], rounded[1]

    def test_it_is_back_when_half_as_many_jobs_end(self) -> None:
        self.assertEqual(self.times(107.0), ([3.5], [3.5]))

    def test_what_never_comes_counts_as_the_limit(self) -> None:
        self.assertEqual(self.times(500.0), ([30.0], [30.0]))

    def test_a_fault_that_stops_all_work_before_it_is_back_disturbs(self) -> None:
        stop = FaultDone("postgres.stop", "-", 104.0, 106.0)
        self.assertEqual(self.times(107.0, stop), ([3.5], []))

    def test_one_that_came_later_or_stops_one_process_does_not(self) -> None:
        later, one = FaultDone("postgres.stop", "-", 120.0, 121.0), FaultDone("api.kill", "api-1", 104.0, 105.0)
        self.assertEqual(self.times(107.0, later, one), ([3.5], [3.5]))


if __name__ == "__main__":
    unittest.main()
