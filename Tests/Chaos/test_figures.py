"""How long an API was unready after Postgres had gone and come back."""

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


if __name__ == "__main__":
    unittest.main()
