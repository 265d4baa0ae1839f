"""Every scenario, in the order in which they are run."""

from scenario import Scenario
from scenarios.bulk import Bulk
from scenarios.drain import DrainWaiting
from scenarios.history import History, OpenTransaction
from scenarios.idle import Idle
from scenarios.kafka import Ingest, KafkaToDone
from scenarios.latency import Latency
from scenarios.memory import Memory
from scenarios.reads import ListJobs, ReadArchivedJob, ReadJob, ReadUser
from scenarios.sleepers import Sleepers
from scenarios.submit import Submit, SubmitToDone
from scenarios.webhook import Webhook


def make(history_jobs: int, open_seconds: float, minutes: float) -> list[Scenario]:
    return [
        Submit(64), Submit(256), ReadJob(), ReadUser(), Bulk(), DrainWaiting(), KafkaToDone(), Latency(50),
        Latency(500), Latency(5000), Idle(), Submit(1), SubmitToDone(), Ingest(), ListJobs(), ReadArchivedJob(),
        Sleepers(), Webhook(),
        History(history_jobs), OpenTransaction(open_seconds), Memory(minutes),
    ]


def chosen(scenarios: list[Scenario], name: str | None, with_long: bool) -> list[Scenario]:
    """By its name or the beginning of some names up to a hyphen; without one, all that are not long."""
    if name is None:
        return [scenario for scenario in scenarios if with_long or not scenario.is_long]
    return [scenario for scenario in scenarios if scenario.name == name or scenario.name.startswith(f"{name}-")]
