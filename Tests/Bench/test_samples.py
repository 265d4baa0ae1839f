"""Medians, ratios and goals."""

import unittest

from samples import Goal, Result, Sample, medians


def sample(value: float, **more: object) -> Sample:
    return Sample(value=value, seconds=2, operations=1000, **more)


def result(own: list[float], other: list[float], *goals: Goal, **more: object) -> Result:
    return Result(name="submit", measures="jobs", unit="jobs/s", goals=goals, rounds=[sample(value) for value in own],
                  references={"echo": [sample(value) for value in other]}, memory={"api": 50.0}, **more)


class SampleTests(unittest.TestCase):
    def test_processor_time_is_told_by_operation_and_by_second(self) -> None:
        figures = sample(500, processor={"api": 0.04}).figures()
        self.assertAlmostEqual(figures["api µs"], 40)
        self.assertAlmostEqual(figures["api %"], 2)

    def test_without_operations_there_is_no_time_of_one(self) -> None:
        self.assertEqual(Sample(1, 2, 0, processor={"api": 0.04}).figures()["api µs"], 0)

    def test_one_bad_round_moves_no_median(self) -> None:
        samples = [sample(value, latencies={"p99": time}) for value, time in ((100, 2), (110, 3), (5, 900))]
        self.assertEqual((medians(samples)["value"], medians(samples)["p99"]), (100, 3))

    def test_a_figure_that_some_rounds_lack_is_the_median_of_the_others(self) -> None:
        self.assertEqual(medians([sample(1, more={"x": 7}), sample(2)])["x"], 7)


class ResultTests(unittest.TestCase):
    def test_a_ratio_is_the_median_of_ratios_within_a_round(self) -> None:
        # The machine was half as fast in the second round: the ratio says nothing of that.
        found = result([100, 50, 100], [200, 100, 100])
        self.assertEqual(found.ratios(), {"echo": 0.5})

    def test_a_reference_that_did_nothing_has_no_ratio(self) -> None:
        self.assertEqual(result([1], [0]).ratios(), {})

    def test_goals_are_met_at_their_bound_and_missed_beyond_it(self) -> None:
        found = result([100], [100], Goal("echo", at_least=1), Goal("echo", at_least=1.01), Goal("api MiB", at_most=50),
                       Goal("api MiB", at_most=49))
        self.assertEqual([is_met for _, _, is_met in found.judged()], [True, False, True, False])

    def test_what_was_not_measured_is_missed(self) -> None:
        (_, found, is_met), = result([1], [1], Goal("p99", at_most=5)).judged()
        self.assertEqual((found, is_met), (None, False))

    def test_how_far_a_goal_is_reached_grows_with_what_is_better(self) -> None:
        self.assertEqual((Goal("x", at_least=2).reached(3), Goal("x", at_most=2).reached(4)), (1.5, 0.5))


if __name__ == "__main__":
    unittest.main()
