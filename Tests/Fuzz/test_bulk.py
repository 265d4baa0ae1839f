"""What is held against the answer to a bulk submission, and what is not."""

import pathlib
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Contract"))

from bulk import blames_jobs_only, item_faults, takes_exception_to_state_only
from contract import Contract

RIGHT, WRONG = {"kind": "noop"}, {"kind": "noop", "priority": 10}


class BulkTests(unittest.TestCase):
    contract = Contract.read()

    def faults(self, jobs: list, *statuses: int) -> list[str]:
        return item_faults(self.contract, jobs, [{"index": i, "status": s} for i, s in enumerate(statuses)])

    def test_each_job_is_told_what_became_of_it(self):
        self.assertEqual(self.faults([RIGHT, WRONG, RIGHT, RIGHT], 202, 400, 200, 409), [])
        self.assertEqual(self.faults([]), [])

    def test_a_wrong_job_that_is_taken_is_found(self):
        for status in (200, 202):
            self.assertIn("a wrong job was taken", self.faults([RIGHT, WRONG], 202, status)[0])

    def test_a_right_job_that_is_refused_is_found(self):
        for status in (400, 413, 500, 503):
            self.assertIn("a right job was refused", self.faults([RIGHT], status)[0])

    def test_an_item_too_few_or_too_many_is_found(self):
        self.assertEqual(len(self.faults([RIGHT, WRONG], 202)), 1)
        self.assertEqual(len(self.faults([WRONG], 400, 400)), 1)

    def test_only_wrong_jobs_may_come_with_a_good_status(self):
        self.assertTrue(blames_jobs_only(self.contract, {"jobs": [RIGHT, WRONG]}))
        self.assertTrue(blames_jobs_only(self.contract, {"jobs": [None]}))
        for body in ({"jobs": [RIGHT]}, {"jobs": [WRONG], "atomic": True}, {"jobs": WRONG}, {}, [WRONG], None, "jobs",
                     {"jobs": [WRONG] * 10_001}):
            self.assertFalse(blames_jobs_only(self.contract, body), str(body)[:80])

    def test_a_right_atomic_submission_may_stand_against_what_is_there(self):
        def judged(jobs: list, *codes: str) -> bool:
            problem = {"errors": [{"pointer": "/jobs/0/id", "code": code} for code in codes]}
            return takes_exception_to_state_only(self.contract, {"jobs": jobs}, problem)

        self.assertTrue(judged([RIGHT, RIGHT], "id_taken", "unique_conflict"))
        self.assertFalse(judged([RIGHT], "id_taken", "out_of_range"))
        self.assertFalse(judged([WRONG], "id_taken"))
        self.assertFalse(judged([RIGHT]))


if __name__ == "__main__":
    unittest.main()
