"""What a figure is compared with: nothing of Millrace's, all of it to be had anywhere, on the same Postgres and in turn
with what it is compared to."""

import tools
from samples import Sample
from system import HERE, Meter, System

BATCH = 500
# As long as the payload of the bench's jobs.
VARIABLES = {"kind": "noop", "payload": "x" * 290}


class Reference:
    """`name` is what a goal calls it by; `measure` gives operations a second."""

    name: str
    measures: str

    async def prepare(self, system: System) -> None:
        if not await system.sql("SELECT 1 FROM pg_tables WHERE tablename = 'bench_inserts'"):
            await system.sql((HERE / "sql" / "prepare.sql").read_text())

    async def measure(self, system: System, seconds: float) -> Sample:
        raise NotImplementedError


class PgBench(Reference):
    """A script of pgbench's, over prepared statements."""

    def __init__(self, name: str, measures: str, script: str, clients: int, rows: int, fill: int = 0) -> None:
        self.name, self.measures = name, measures
        self._script, self._clients, self._rows, self._fill = HERE / "sql" / script, clients, rows, fill

    async def prepare(self, system: System) -> None:
        await super().prepare(system)
        if self._fill:
            await system.sql(f"INSERT INTO bench_inserts (kind, payload) SELECT 'noop', repeat('x', 290) "
                             f"FROM generate_series(1, {self._fill})")
            await system.sql("VACUUM ANALYZE bench_inserts")

    async def measure(self, system: System, seconds: float) -> Sample:
        if not self._fill:
            await system.sql("TRUNCATE bench_inserts, bench_jobs")
        await system.checkpoint()
        variables = VARIABLES | {"batch": BATCH, "turn": 0, "rows": self._fill}
        with Meter(system) as meter:
            rate, mean, load = await tools.pgbench(
                system.postgres.url(), self._script, self._clients, seconds, variables)
        count = round(rate * seconds) * self._rows
        return meter.sample(rate * self._rows, count, load, more={"mean": mean})


class Echo(Reference):
    """The framework with nothing behind it."""

    def __init__(self, name: str, measures: str, connections: int, path: str, body: str | None = None) -> None:
        self.name, self.measures = name, measures
        self._connections, self._path, self._body = connections, path, body

    async def prepare(self, system: System) -> None:
        await system.start_echo()

    async def measure(self, system: System, seconds: float) -> Sample:
        with Meter(system) as meter:
            answers = await tools.wrk(system.echo_port, self._connections, seconds, [self._path], body=self._body,
                                      scratch=system.folder)
        if answers.refused:
            raise RuntimeError(f"{self.name}: {answers.refused} refused")
        return meter.sample(answers.count / answers.seconds, answers.count, answers.processor,
                            latencies=answers.latencies)


BODY = '{"kind":"noop","payload":{"number":42,"text":"%s"}}' % ("x" * 270)

INSERT = PgBench("pgbench insert", "a row an INSERT, 20 clients", "insert.sql", 20, 1)
SELECT = PgBench("pgbench select", "a row by its key, 64 clients", "select.sql", 64, 1, fill=100_000)
INSERT_BATCH = PgBench("pgbench batch", f"{BATCH} rows an INSERT, 2 clients", "insert_batch.sql", 2, BATCH)
LIFE_CYCLE = PgBench("SQL life cycle", f"insert, claim, finish, {BATCH} rows a statement, 2 clients",
                     "life_cycle.sql", 2, BATCH)


def echo_get(connections: int) -> Echo:
    return Echo("GET echo", f"the framework's JSON, {connections} connections", connections, "/things/42")


def echo_post(connections: int) -> Echo:
    return Echo("POST echo", f"the framework's JSON both ways, {connections} connections", connections, "/things", BODY)
