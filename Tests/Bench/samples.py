"""What one round measured, what many rounds come to, and whether that is what was asked for."""

import dataclasses
import statistics
from collections.abc import Iterable

PERCENTILES = ("p50", "p99", "p999")


@dataclasses.dataclass
class Sample:
    """One round. `value` is in the scenario's unit; times in milliseconds, processor time in seconds by part."""

    value: float
    seconds: float
    operations: int
    latencies: dict[str, float] = dataclasses.field(default_factory=dict)
    processor: dict[str, float] = dataclasses.field(default_factory=dict)
    more: dict[str, float] = dataclasses.field(default_factory=dict)

    def figures(self) -> dict[str, float]:
        """Everything that a goal may be about, by name."""
        found = {"value": self.value, **self.latencies, **self.more}
        for part, seconds in self.processor.items():
            found[f"{part} µs"] = seconds * 1e6 / self.operations if self.operations else 0.0
            found[f"{part} %"] = seconds / self.seconds * 100 if self.seconds else 0.0
        return found


@dataclasses.dataclass(frozen=True)
class Goal:
    """`figure` is the name of one, or of a reference, and then the ratio to it is meant."""

    figure: str
    at_least: float | None = None
    at_most: float | None = None

    def is_met(self, found: float) -> bool:
        if self.at_least is not None and found < self.at_least:
            return False
        return self.at_most is None or found <= self.at_most

    @property
    def wanted(self) -> str:
        return f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"

    def reached(self, found: float) -> float:
        """1 where the goal is met exactly, more where it is more than met."""
        if self.at_least is not None:
            return found / self.at_least
        return self.at_most / found if found else float("inf")


def medians(samples: Iterable[Sample]) -> dict[str, float]:
    """The median of each figure over those rounds that have it."""
    gathered: dict[str, list[float]] = {}
    for sample in samples:
        for name, value in sample.figures().items():
            gathered.setdefault(name, []).append(value)
    return {name: statistics.median(values) for name, values in gathered.items()}


@dataclasses.dataclass
class Result:
    """A scenario's rounds, and those of each reference, taken in turn with them."""

    name: str
    measures: str
    unit: str
    goals: tuple[Goal, ...]
    rounds: list[Sample]
    references: dict[str, list[Sample]]
    memory: dict[str, float]
    settings: dict[str, str] = dataclasses.field(default_factory=dict)

    def figures(self) -> dict[str, float]:
        return medians(self.rounds) | {f"{part} MiB": peak for part, peak in self.memory.items()}

    def ratios(self) -> dict[str, float]:
        """Of each round to the reference's in the same round; the median of those."""
        found = {}
        for name, samples in self.references.items():
            pairs = [own.value / other.value for own, other in zip(self.rounds, samples) if other.value]
            if pairs:
                found[name] = statistics.median(pairs)
        return found

    def judged(self) -> list[tuple[Goal, float | None, bool]]:
        """Each goal, what was found, and whether it is met; what was not measured is not met."""
        found = self.figures() | self.ratios()
        return [(goal, found.get(goal.figure), goal.figure in found and goal.is_met(found[goal.figure]))
                for goal in self.goals]

    def as_json(self) -> dict:
        return {
            "scenario": self.name, "measures": self.measures, "unit": self.unit, "settings": self.settings,
            "figures": self.figures(),
            "references": {name: medians(samples) for name, samples in self.references.items()},
            "ratios": self.ratios(),
            "goals": [{"figure": goal.figure, "wanted": goal.wanted, "found": found, "met": is_met}
                      for goal, found, is_met in self.judged()],
            "rounds": [dataclasses.asdict(sample) for sample in self.rounds],
            "reference_rounds": {name: [dataclasses.asdict(sample) for sample in samples]
                                 for name, samples in self.references.items()},
        }
