"""What is held against a program that ends, and what is not."""

import asyncio
import pathlib
import tempfile
import unittest

from history import History
from program import Program

ABORTS = "echo 'Assertion failed' >&2; kill -ABRT $$"


class EndTests(unittest.TestCase):
    def end(self, script: str, may_abort: str | None, said_before: str = "") -> tuple[Program, list[str]]:
        return asyncio.run(self._end(script, may_abort, said_before))

    async def _end(self, script: str, may_abort: str | None, said_before: str) -> tuple[Program, list[str]]:
        history = History()
        with tempfile.TemporaryDirectory() as folder:
            program = Program("one", ["/bin/sh", "-c", script], {}, pathlib.Path(folder), history, may_abort=may_abort)
            program.log.write_text(said_before)
            await program.start()
            async with asyncio.timeout(10):
                while program.pid is not None or not (history.refused or program.has_aborted.is_set()):
                    await asyncio.sleep(0.01)
        return program, history.refused

    def test_files_grow_to_their_limit_and_without_one_as_they_like(self) -> None:
        self.assertEqual([asyncio.run(self._written(limit)) for limit in (1 << 20, None)], [1 << 20, 2_000_000])

    async def _written(self, limit: int | None) -> int:
        with tempfile.TemporaryDirectory() as folder:
            script = f"read line; head -c 2000000 /dev/zero > {folder}/file"
            program = Program("one", ["/bin/sh", "-c", script], {}, pathlib.Path(folder), History(), takes_input=True)
            program.may_end = True
            await program.start()
            await program.limit_files(limit)
            program.tell("go")
            async with asyncio.timeout(10):
                while program.pid is not None:
                    await asyncio.sleep(0.01)
            return (pathlib.Path(folder) / "file").stat().st_size

    def test_an_end_that_nobody_asked_for_is_refused(self) -> None:
        for script, may_abort in [("exit 0", "Assertion"), (ABORTS, None), (ABORTS, "another"),
                                  ("echo Assertion >&2; exit 1", "Assertion")]:
            with self.subTest(script=script, may_abort=may_abort):
                program, refused = self.end(script, may_abort)
                self.assertEqual(1, len(refused))
                self.assertFalse(program.has_aborted.is_set())

    def test_an_abort_is_known_by_what_this_life_has_said(self) -> None:
        long_ago = "Assertion failed\n" * 3
        program, refused = self.end("kill -ABRT $$", "Assertion failed", said_before=long_ago)
        self.assertEqual(1, len(refused))
        program, refused = self.end("echo Assertion failed; seq 9999; kill -ABRT $$", "Assertion failed", long_ago)
        self.assertEqual([], refused)

    def test_a_known_abort_is_told_to_whoever_starts_it_again(self) -> None:
        program, refused = self.end(ABORTS, "Assertion failed")
        self.assertEqual([], refused)
        self.assertTrue(program.has_aborted.is_set())


if __name__ == "__main__":
    unittest.main()
