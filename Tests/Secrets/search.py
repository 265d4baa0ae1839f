"""Looks for secrets in everything that a run has produced, in every spelling in which one could come out."""

import base64
import dataclasses
import urllib.parse


@dataclasses.dataclass(frozen=True)
class Canary:
    """A word that occurs nowhere by chance. `kinds`: of which evidence it must be absent; of none if it is a control."""
    name: str
    word: str
    kinds: frozenset[str]


@dataclasses.dataclass(frozen=True)
class Find:
    canary: str
    spelling: str
    evidence: str
    around: str


def spellings(word: str) -> dict[str, bytes]:
    """The forms of a word that are looked for."""
    plain = word.encode()
    forms = {"plain": plain, "hex": plain.hex().encode(), "percent-encoded": urllib.parse.quote(word, safe="").encode(),
             "reversed": plain[::-1]}
    for shift in range(3):
        # Whatever stands before it decides on which of three ways its base64 is cut; its edges depend on neighbours.
        coded = base64.b64encode(bytes(shift) + plain).rstrip(b"=")[-(-shift * 8 // 6):-1]
        forms[f"base64 at {shift}"] = coded
        forms[f"base64url at {shift}"] = coded.replace(b"+", b"-").replace(b"/", b"_")
    return {name: form for name, form in forms.items() if name == "plain" or form != plain}


def search(canary: Canary, evidence: dict[str, list[tuple[str, bytes]]]) -> list[Find]:
    """Every place where the canary sings. `evidence`: by kind, pieces with their names."""
    forms = spellings(canary.word)
    finds = []
    for kind, pieces in evidence.items():
        for name, piece in pieces:
            lowered = piece.lower()
            for spelling, form in forms.items():
                # Header names and hex come in either case.
                place = lowered.find(form.lower()) if spelling in ("plain", "hex") else piece.find(form)
                if place >= 0:
                    around = piece[max(place - 80, 0):place + len(form) + 40].decode(errors="replace")
                    finds.append(Find(canary.name, spelling, f"{kind}: {name}", around))
    return finds


def leaks(canaries: list[Canary], evidence: dict[str, list[tuple[str, bytes]]]) -> list[Find]:
    """Where a secret is that must not be there."""
    return [find for canary in canaries for find in
            search(canary, {kind: pieces for kind, pieces in evidence.items() if kind in canary.kinds})]


def blind_spots(controls: dict[str, str], evidence: dict[str, list[tuple[str, bytes]]]) -> list[str]:
    """The kinds of evidence in which a word that must be there is not found: they prove nothing.

    `controls`: by kind, the word.
    """
    return [kind for kind, word in controls.items()
            if not search(Canary("control", word, frozenset()), {kind: evidence.get(kind, [])})]
