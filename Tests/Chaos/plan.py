"""Which faults strike when: follows from the seed and the length alone."""

import dataclasses
import random


@dataclasses.dataclass(frozen=True)
class Kind:
    """How long a fault lasts, in seconds, and whom it may strike."""

    shortest: float
    longest: float
    targets: tuple[str, ...] = ("-",)


APIS = ("api-1", "api-2")
CONSUMERS = ("consumer-1", "consumer-2", "consumer-3")

# Faults of one lane come one after the other; the lanes run side by side.
LANES: dict[str, dict[str, Kind]] = {
    "processes": {
        "api.kill": Kind(0.5, 2, APIS),
        "api.freeze": Kind(1, 4, APIS),
        "api.terminate": Kind(0, 0.5, APIS),
        "consumer.kill": Kind(0.5, 3, CONSUMERS),
        "consumer.freeze": Kind(0.5, 2.5, CONSUMERS),
        "consumer.freeze-past-lease": Kind(5, 8, CONSUMERS),
        "consumer.terminate": Kind(0, 0.5, CONSUMERS),
        "consumer.kill-all": Kind(0.5, 1.5),
    },
    "postgres": {
        "postgres.stop": Kind(2.5, 4),
        "postgres.freeze": Kind(3, 6),
        "postgres.kill-backend": Kind(1, 1),
        "postgres.disk-full": Kind(1.5, 4),
        "postgres.terminate-sessions": Kind(0.2, 0.5),
        "postgres.full": Kind(2, 4),
        "postgres.slow": Kind(2, 5),
        "postgres.read-only": Kind(1, 3),
        "postgres.lock": Kind(1, 4),
        "postgres.unreachable": Kind(2, 7, APIS + CONSUMERS),
        "postgres.silent": Kind(2, 7, APIS + CONSUMERS),
        "postgres.reset": Kind(0.2, 0.2, APIS + CONSUMERS),
    },
    "surroundings": {
        "broker.down": Kind(1, 5),
        "broker.freeze": Kind(1, 5),
        "broker.empty": Kind(0.5, 2),
        "broker.trim": Kind(1.5, 2.5, ("0", "1", "2", "3")),
        "broker.slow": Kind(2, 4),
        "broker.produce-errors": Kind(0.5, 1),
        "broker.fetch-errors": Kind(0.5, 1),
        "broker.coordinator-errors": Kind(0.5, 1),
        "broker.fenced": Kind(0.5, 1),
        "receiver.errors": Kind(1, 4),
        "receiver.hang": Kind(1, 4),
        "receiver.reset": Kind(1, 3),
        "receiver.down": Kind(1, 3),
        "http.reset": Kind(1, 3, APIS),
    },
}
KINDS = {name: kind for lane in LANES.values() for name, kind in lane.items()}


@dataclasses.dataclass(frozen=True)
class Fault:
    lane: str
    kind: str
    target: str
    pause: float  # after the fault before it in its lane
    seconds: float

    def __str__(self) -> str:
        return f"{self.lane}: after {self.pause:.1f} s {self.kind} {self.target} for {self.seconds:.1f} s"


def make_plan(seed: int, seconds: float) -> list[Fault]:
    """Each lane deals its kinds like cards, so that all come up before one comes again."""
    plan = []
    for lane, kinds in LANES.items():
        source = random.Random(f"{seed}/{lane}")
        longest_pause = min(5.0, max(2.0, seconds / 60))
        now, deck = 0.0, []
        while True:
            if not deck:
                deck = source.sample(sorted(kinds), len(kinds))
            name = deck.pop()
            kind = kinds[name]
            fault = Fault(lane, name, source.choice(kind.targets), round(source.uniform(1, longest_pause), 2),
                          round(source.uniform(kind.shortest, kind.longest), 2))
            now += fault.pause + fault.seconds
            if now > seconds:
                break
            plan.append(fault)
    return plan
