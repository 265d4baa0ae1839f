"""What counts as a secret that has come out."""

import base64
import unittest
import urllib.parse

from search import Canary, blind_spots, leaks, search

WORD = "Canary+Tok/en=9f8e7d6c5b4a"


def found(piece: bytes) -> bool:
    return bool(search(Canary("one", WORD, frozenset()), {"log": [("api", piece)]}))


class SearchTests(unittest.TestCase):
    def test_a_secret_is_found_in_every_spelling(self):
        plain = WORD.encode()
        for piece in (plain, plain.upper(), plain.hex().encode(), plain.hex().upper().encode(),
                      urllib.parse.quote(WORD, safe="").encode(), plain[::-1]):
            self.assertTrue(found(b"before " + piece + b" after"), piece)

    def test_a_secret_is_found_in_base64_whatever_stands_around_it(self):
        for before in (b"", b"a", b"ab", b"abc", b"user:"):
            for after in (b"", b"z", b"yz"):
                for code in (base64.b64encode, base64.urlsafe_b64encode):
                    self.assertTrue(found(b"x " + code(before + WORD.encode() + after)), (before, after))

    def test_nothing_is_found_where_nothing_is(self):
        for piece in (b"", b"an ordinary line", WORD[:-1].encode(), base64.b64encode(b"something else entirely, long")):
            self.assertFalse(found(piece), piece)

    def test_a_secret_may_be_where_it_belongs(self):
        payload = Canary("payload", WORD, frozenset({"log"}))
        self.assertEqual(leaks([payload], {"answer": [("GET /job", WORD.encode())], "log": [("api", b"served")]}), [])
        finds = leaks([payload], {"answer": [], "log": [("api", b"payload=" + WORD.encode())]})
        self.assertEqual([(find.canary, find.evidence) for find in finds], [("payload", "log: api")])

    def test_evidence_without_its_control_proves_nothing(self):
        evidence = {"log": [("api", b"hello control-1")], "answer": []}
        self.assertEqual(blind_spots({"log": "control-1"}, evidence), [])
        self.assertEqual(blind_spots({"log": "control-1", "answer": "control-2", "metrics": "m"}, evidence),
                         ["answer", "metrics"])


if __name__ == "__main__":
    unittest.main()
