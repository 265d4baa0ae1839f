"""The plan of faults follows from the seed."""

import unittest

from plan import KINDS, LANES, make_plan


class Planning(unittest.TestCase):
    def test_the_same_seed_gives_the_same_plan(self) -> None:
        self.assertEqual(make_plan(3, 300), make_plan(3, 300))
        self.assertNotEqual(make_plan(3, 300), make_plan(4, 300))

    def test_ten_minutes_see_every_kind_and_more_than_a_hundred_faults(self) -> None:
        plan = make_plan(1, 600)
        self.assertGreater(len(plan), 100)
        self.assertEqual(set(KINDS), {fault.kind for fault in plan})
        self.assertGreaterEqual(len(KINDS), 20)

    def test_a_lane_ends_in_time(self) -> None:
        plan = make_plan(1, 60)
        for lane in LANES:
            self.assertLessEqual(sum(fault.pause + fault.seconds for fault in plan if fault.lane == lane), 60)


if __name__ == "__main__":
    unittest.main()
