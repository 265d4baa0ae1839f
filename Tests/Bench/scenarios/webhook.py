"""Jobs that are calls of somebody else."""

from references import BODY, echo_post
from samples import Sample
from scenario import Drain
from system import System


class Webhook(Drain):
    name, unit = "webhook", "calls/s"
    measures = "10,000 signed calls of a receiver on this machine, 256 at once; times from start to end of a job"
    settings = {"WORKER_CONCURRENCY": "256"}
    references = (echo_post(64),)
    count = 10_000
    job = BODY.replace('"noop"', '"hook"').encode()

    async def prepare(self, system: System) -> None:
        await system.start_echo()
