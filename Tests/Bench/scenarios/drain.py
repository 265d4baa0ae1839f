"""Waiting jobs run as fast as one consumer can."""

from references import INSERT, LIFE_CYCLE
from samples import Goal
from scenario import Drain


class DrainWaiting(Drain):
    name, unit = "drain", "jobs/s"
    measures = "100,000 waiting noop jobs → done; times from start to end of a job"
    settings = {"WORKER_CONCURRENCY": "1000"}
    references = (INSERT, LIFE_CYCLE)
    goals = (Goal("pgbench insert", at_least=2.2), Goal("consumer µs", at_most=15),
             Goal("consumer peak MiB", at_most=128))
