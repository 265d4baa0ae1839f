"""Plants a secret of its own in every place that takes one, provokes what could tell of it, and looks for it in all that
came out: logs at their most talkative, HTTP answers, metrics, the command lines of all processes, exit messages.

Started within `millrace dev exec`, whose Postgres and DynamoDB it uses. Ends with 0 when nothing was found.
"""

import argparse
import asyncio
import concurrent.futures
import json
import os
import pathlib
import secrets
import subprocess
import sys
import tempfile
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "Chaos"))

import mishaps
from door import free_ports
from history import History
from planted import ANSWER, BEHIND_THE_API, COMMAND_LINE, EVERYWHERE, EXIT, LOG, METRICS, Planted
from program import Program
from refusal import Refusal
from search import blind_spots, leaks
from talk import Talk
from watcher import CommandLines

KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")
# A mishap that does not end by itself has this long to say what it has to say.
PATIENCE = 4.0


class Stage:
    """The programs, with a secret in each setting that is one."""

    def __init__(self, binaries: pathlib.Path, folder: pathlib.Path) -> None:
        self.binaries, self.folder, self.planted, self.history = binaries, folder, Planted(), History()
        self.server = os.environ["TEST_DATABASE_URL"]
        self.name = f"canary_{secrets.token_hex(6)}"
        broker, self.port, self.admin, self.consumer_admin, self.closed = free_ports(5)
        self.receiver = Refusal()
        self.brokers = f"127.0.0.1:{broker}"
        self.database = self._url(self.planted.word("database password"))
        self.token = "mr_" + self.planted.word("bootstrap token") + self.planted.word("its second half")
        self.queue, self.kind = "canaries", self.planted.control(METRICS)
        aws = {"AWS_SECRET_ACCESS_KEY": self.planted.word("AWS secret key"), "AWS_REGION": "eu-west-1",
               "AWS_SESSION_TOKEN": self.planted.word("AWS session token"), "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE"}
        self.bare = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "KAFKA_BROKERS": self.brokers, "HTTP_HOST": "127.0.0.1", "LOG_LEVEL": "trace"}
        self.environment = self.bare | aws | {
            "DATABASE_URL": self.database, "HANDLERS_FILE": str(self._catalogue()),
            "WEBHOOKS_SECRETS": self.planted.webhook_secret("shared webhook secret"),
            "WEBHOOKS_ALLOW_PRIVATE_NETWORKS": "127.0.0.0/8", "ARCHIVE_STORE": "dynamodb", "ARCHIVE_TABLE": self.name,
            "ARCHIVE_ENDPOINT": os.environ["TEST_DYNAMODB_ENDPOINT"], "ARCHIVE_HOT_FOR": "1s",
            "KAFKA_PROPERTIES_SASL_PASSWORD": self.planted.word("SASL password"),
            "KAFKA_PROPERTIES_SSL_KEY_PASSWORD": self.planted.word("TLS key password"),
            "KAFKA_PROPERTIES_FETCH_WAIT_MAX_MS": "10"}
        api = {"PORT": str(self.port), "BOOTSTRAP_TOKEN": self.token, "ADMIN_PORT": str(self.admin)}
        self.programs = [
            self._program("broker", "millrace", ["dev", "broker", "--port", str(broker)], self.bare),
            self._program("api", "millrace-api", [], self.environment | api),
            self._program("consumer", "millrace-consumer", [],
                          self.environment | {"ADMIN_PORT": str(self.consumer_admin)})]

    def _program(self, name: str, binary: str, arguments: list[str], environment: dict[str, str]) -> Program:
        return Program(name, [str(self.binaries / binary), *arguments], environment, self.folder, self.history)

    def _url(self, password: str) -> str:
        parts = urllib.parse.urlsplit(self.server)
        host = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=f"{self.name}:{password}@{host}", path=f"/{self.name}").geturl()

    def _catalogue(self) -> pathlib.Path:
        path = self.planted.word("a receiver's path", EVERYWHERE)
        secret, new = self.planted.webhook_secret("webhook secret"), self.planted.webhook_secret("new webhook secret")
        tell = "import json, os; print(json.dumps(dict(os.environ)))"
        file = self.folder / "handlers.yaml"
        file.write_text(f"""
hook.away: {{driver: http, url: 'http://127.0.0.1:{self.closed}/{path}', secret: {secret}, maxAttempts: 1}}
hook.refused: {{driver: http, url: 'http://127.0.0.1:{self.receiver.port}/{path}?{path}', secrets: [{new}, {secret}]}}
hook.shared: {{driver: http, url: 'http://127.0.0.1:{self.receiver.port}/{path}', maxAttempts: 1}}
tells: {{driver: command, argv: [/usr/bin/python3, -c, '{tell}'], limits: {{cpuSeconds: 20}}}}
{self.kind}: {{driver: command, argv: [/bin/sh, -c, 'sleep 1; exit 3', {self.planted.control(COMMAND_LINE)}]}}
refuses: {{driver: command, argv: [/usr/bin/python3, -c, 'import sys; sys.exit(sys.stdin.read())']}}
""")
        return file

    def sql(self, text: str) -> None:
        # Not as an argument, which everybody can read.
        subprocess.run(["psql", self.server, "-Xq"], input=text, text=True, check=True, stdout=subprocess.DEVNULL)

    async def start(self) -> None:
        password = urllib.parse.urlsplit(self.database).password
        self.sql(f"CREATE ROLE {self.name} LOGIN PASSWORD '{password}';\nCREATE DATABASE {self.name} OWNER {self.name};")
        for arguments in (["migrate"], ["dev", "table"]):
            subprocess.run([self.binaries / "millrace", *arguments], env=self.environment, check=True,
                           stdout=subprocess.DEVNULL)
        for program in self.programs:
            await program.start()

    async def stop(self) -> None:
        for program in reversed(self.programs):
            await program.stop()
        self.receiver.close()
        self.sql(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE);\nDROP ROLE IF EXISTS {self.name};")

    def shut_database(self, is_shut: bool) -> None:
        self.sql(f"ALTER DATABASE {self.name} ALLOW_CONNECTIONS {str(not is_shut).lower()};\n"
                 f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self.name}';")


def produce(stage: Stage, value: str, *headers: str) -> None:
    options = [part for header in headers for part in ("-H", header)]
    subprocess.run(["kcat", "-P", "-b", stage.brokers, "-t", f"millrace.jobs.{stage.queue}", *options],
                   input=value, text=True, check=True, timeout=20)


async def provoke(stage: Stage, talk: Talk) -> None:
    """Everything that could make the programs speak of what they should not."""
    word = stage.planted.word
    payload, tag = word("a payload", BEHIND_THE_API), word("a record", BEHIND_THE_API)
    control = stage.planted.control(LOG)
    stage.planted.controls[ANSWER] = control

    def submit(kind: str, content) -> str:
        return talk.send("POST", "/api/v1/jobs", {"kind": kind, "queue": stage.queue, "payload": content})["id"]

    talk.send("GET", "/api/v1/jobs", headers={"X-Request-Id": control})
    user = talk.send("GET", "/api/v1/users")["items"][0]["id"]
    made = talk.send("POST", f"/api/v1/users/{user}/tokens", {"name": "n", "scopes": ["jobs:read"]}, is_told=False)
    stage.planted.know("an API token", made["token"])
    talk.send("GET", "/api/v1/jobs", token=made["token"])
    talk.send("POST", "/api/v1/jobs", {"kind": "noop"}, token=made["token"])
    talk.send("DELETE", f"/api/v1/users/{user}/tokens/{made['id']}")
    for _ in range(2):
        talk.send("GET", "/api/v1/jobs", token=made["token"])
    talk.refuse(word)

    jobs = [submit("noop", payload), submit("hook.away", payload), submit("hook.refused", payload), submit("tells", {}),
            submit("hook.shared", {}), submit(stage.kind, {}), submit("refuses", payload)]
    lines = "\n".join(json.dumps({"email": f"{payload}@example.org", "name": payload}) for _ in range(2))
    jobs.append(submit("users.import", {"ndjson": lines + f"\n{payload}\n"}))
    produce(stage, "{" + tag)
    produce(stage, json.dumps({"kind": tag, "payload": tag}))
    produce(stage, json.dumps({"kind": "noop", "payload": tag}), "ce_mrowner=nobody", "ce_specversion=1.0")
    for job in jobs:
        await talk.ended(job)
    told = talk.send("GET", f"/api/v1/jobs/{jobs[3]}")
    assert set(told["result"]) >= {"MILLRACE_JOB_ID", "PATH"}, f"the command has not told its environment: {told}"
    await talk.until("both records are dead letters", lambda: len(
        [item for item in talk.send("GET", "/api/v1/dead-letters")["items"] if "record" in json.dumps(item)]) >= 2)

    stage.shut_database(True)
    try:
        for path in ("/api/v1/jobs", "/readyz", "/api/v1/users"):
            talk.send("GET", path)
        talk.send("POST", "/api/v1/jobs", {"kind": "noop", "payload": payload})
    finally:
        stage.shut_database(False)
    await talk.until("the database is found again", lambda: talk.send("GET", "/readyz").get("status") == "ok")
    await talk.until("the metrics are there", lambda: stage.kind in talk.metrics())


async def run(binaries: pathlib.Path, folder: pathlib.Path) -> list[str]:
    stage = Stage(binaries, folder)
    talk = Talk(stage.port, [stage.admin, stage.consumer_admin], stage.token)
    evidence: dict[str, list[tuple[str, bytes]]] = {LOG: [], EXIT: []}
    faults: list[str] = []
    try:
        with CommandLines() as lines:
            await stage.start()
            await talk.until("the API is ready", lambda: talk.send("GET", "/readyz").get("status") == "ok")
            await provoke(stage, talk)
            around = stage.environment | {"ADMIN_PORT": "0", "PORT": "0"}
            for name in ("ARCHIVE_STORE", "HANDLERS_FILE", "WEBHOOKS_SECRETS"):
                del around[name]
            trials = mishaps.mishaps(stage.planted, folder, stage.closed, stage._url("{}"))
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                ends = await asyncio.gather(*(asyncio.get_running_loop().run_in_executor(
                    pool, mishaps.run, trial, binaries, around, PATIENCE) for trial in trials))
            for trial, (kind, said, fault) in zip(trials, ends):
                evidence[kind].append((trial.name, said))
                faults += [fault] if fault else []
    finally:
        await stage.stop()
    evidence[LOG] += [(program.name, program.said().encode("latin-1")) for program in stage.programs]
    evidence[COMMAND_LINE] = [("of some process", line) for line in lines.seen]
    evidence[ANSWER], evidence[METRICS] = talk.answers, talk.expositions
    faults += stage.history.refused
    for name, said in evidence[LOG]:
        if said.count(b"\n") < 3 and name != "broker":
            faults.append(f"the log of {name} says next to nothing: {said!r}")
    faults += [f"the search is blind: no control in {kind}" for kind in blind_spots(stage.planted.controls, evidence)]
    finds = leaks(stage.planted.canaries, evidence)
    faults += [f"{find.canary} ({find.spelling}) in {find.evidence}: …{find.around}…" for find in finds]
    sizes = ", ".join(f"{len(pieces)} × {kind}" for kind, pieces in evidence.items())
    print(f"secrets: {len(stage.planted.canaries)} words looked for in {sizes}: {len(finds)} found")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", type=pathlib.Path, required=True, help="the folder with the built programs")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="millrace-secrets-", dir="/tmp") as folder:
        faults = asyncio.run(run(arguments.binaries, pathlib.Path(folder)))
    for fault in faults:
        print(f"secrets: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
