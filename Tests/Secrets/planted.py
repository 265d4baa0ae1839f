"""The secrets of one run, each a word of its own, and where they may be."""

import base64
import secrets

from search import Canary

LOG, METRICS, COMMAND_LINE, ANSWER, EXIT = "log", "metrics", "command line", "answer", "exit message"
EVERYWHERE = frozenset({LOG, METRICS, COMMAND_LINE, ANSWER, EXIT})
# What users send and get back is theirs to see, and nobody else's.
BEHIND_THE_API = EVERYWHERE - {ANSWER}


class Planted:
    """`word(name)` makes one more."""

    def __init__(self) -> None:
        self.canaries: list[Canary] = []
        self.controls: dict[str, str] = {}

    def word(self, name: str, kinds: frozenset[str] = EVERYWHERE) -> str:
        # Letters and digits, so that no spelling of it is longer than it.
        word = "canary" + secrets.token_hex(12)
        self.know(name, word, kinds)
        return word

    def know(self, name: str, word: str, kinds: frozenset[str] = EVERYWHERE) -> None:
        self.canaries.append(Canary(name, word, kinds))

    def control(self, kind: str) -> str:
        """A word that must be found, to show that this kind of evidence is looked at."""
        word = "control" + secrets.token_hex(6)
        self.controls[kind] = word
        return word

    def webhook_secret(self, name: str) -> str:
        """A signing secret; its own bytes must not come out either."""
        key = self.word(name)
        written = base64.b64encode(key.encode()).decode()
        self.know(f"{name}, as written", written)
        return "whsec_" + written
