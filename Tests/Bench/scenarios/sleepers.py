"""Jobs that wait: many at once on one consumer."""

from scenario import Drain


class Sleepers(Drain):
    name, unit = "sleepers", "jobs/s"
    measures = "20,000 jobs that sleep for 10 ms, 1,000 at once; times from start to end of a job"
    settings = {"WORKER_CONCURRENCY": "1000"}
    count = 20_000
    job = b'{"kind":"sleep","payload":{"ms":10}}'
