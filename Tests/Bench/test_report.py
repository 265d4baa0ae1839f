"""The table, the picture, and what is read of the tools."""

import unittest
import xml.etree.ElementTree as tree

import plot
import table
from samples import Goal
from scenarios import chosen, make
from scenarios.idle import is_statement
from scenarios.memory import growth
from test_samples import result
from tools import Done, read_pgbench, read_wrk

RESULTS = [result([31_240], [40_000], Goal("echo", at_least=0.75), Goal("p99", at_most=8))]


class ReportTests(unittest.TestCase):
    def test_the_table_tells_value_ratio_and_goals(self) -> None:
        shown = table.table(RESULTS)
        for words in ("31,240 jobs/s", "0.78 × echo (40,000)", "met    ≥ 0.75 × echo: 0.781", "MISSED ≤ 8 p99: -"):
            self.assertIn(words, shown)
        self.assertEqual(table.missed(RESULTS), 1)

    def test_the_picture_has_a_bar_a_goal_in_the_colour_of_its_fate(self) -> None:
        root = tree.fromstring(plot.svg(RESULTS, "a < b"))
        bars = root.findall("{http://www.w3.org/2000/svg}rect")[1:]
        self.assertEqual([bar.get("fill") for bar in bars], ["#2e7d4f", "#c0392b"])

    def test_a_scenario_is_found_by_the_beginning_of_its_name(self) -> None:
        every = make(1, 1, 1)
        names = [each.name for each in chosen(every, "submit", False)]
        self.assertEqual(names, ["submit-64", "submit-256", "submit-1"])
        self.assertEqual([each.name for each in chosen(every, "memory", False)], ["memory"])
        self.assertFalse(any(each.is_long for each in chosen(every, None, False)))
        self.assertEqual(len({each.name for each in every}), len(every))


class ToolTests(unittest.TestCase):
    def test_refused_requests_are_not_counted_as_done(self) -> None:
        said = ('noise\nREPORT {"requests":100,"refused":3,"broken":2,"seconds":2.0,"p50_us":1500,"p99_us":9000,'
                '"p999_us":10000}\n')
        found = read_wrk(Done(said, 0.5))
        self.assertEqual((found.count, found.refused, found.latencies["p50"]), (97, 5, 1.5))

    def test_a_tool_that_says_nothing_is_an_error(self) -> None:
        for read in (read_wrk, read_pgbench):
            with self.assertRaises(RuntimeError):
                read(Done("", 0))

    def test_pgbench_is_read(self) -> None:
        said = "latency average = 0.871 ms\ntps = 22956.130000 (without initial connection time)\n"
        self.assertEqual(read_pgbench(Done(said, 1.5)), (22956.13, 0.871, 1.5))

    def test_statements_are_told_apart_by_process_and_from_their_parameters(self) -> None:
        line = "[api] LOG:  execute token_bearer: SELECT 1"
        self.assertTrue(is_statement(line, "api"))
        self.assertFalse(is_statement(line, "consumer"))
        self.assertFalse(is_statement("[api] DETAIL:  parameters: $1 = '1'", "api"))

    def test_memory_that_stays_does_not_grow(self) -> None:
        self.assertEqual(growth([10, 10, 50, 50, 50, 50, 50, 50]), 1.0)
        self.assertEqual(growth([10] * 4 + [20] * 4), 2.0)


if __name__ == "__main__":
    unittest.main()
