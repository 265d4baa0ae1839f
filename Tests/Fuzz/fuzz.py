"""Runs schemathesis over the published document, against the real programs.

Started within `millrace dev exec`, whose Postgres it uses: a database of its own, a broker, an API and a consumer.
Ends with 0 when nothing was found; else it says what, and how to send it again.
"""

import argparse
import asyncio
import json
import os
import pathlib
import secrets
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "Chaos"), str(HERE.parent / "Contract")]

import contract
from door import free_ports
from history import History
from program import Program

KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")
# What the log must not hold: a defect that was answered as one, or one that nobody was told of.
DEFECTS = ("request failed", "Postgres refused a statement")


class Deployment:
    def __init__(self, binaries: pathlib.Path, folder: pathlib.Path, server: str) -> None:
        self.history, self.folder, self.server = History(), folder, server
        self.database = f"fuzz_{secrets.token_hex(6)}"
        self.token = "mr_" + secrets.token_hex(24)
        broker, self.port, *admin = free_ports(4)
        url = urllib.parse.urlsplit(server)._replace(path=f"/{self.database}").geturl()
        common = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "DATABASE_URL": url, "KAFKA_BROKERS": f"127.0.0.1:{broker}", "HTTP_HOST": "127.0.0.1",
            "KAFKA_PROPERTIES_FETCH_WAIT_MAX_MS": "10",
            # It tries hundreds of wrong tokens, each of which shall be refused for itself.
            "HTTP_FAILED_AUTH_PER_SECOND": "0"}
        self._migrate = lambda: subprocess.run([binaries / "millrace", "migrate"], env=common, check=True,
                                               stdout=subprocess.DEVNULL)
        own = {"PORT": str(self.port), "BOOTSTRAP_TOKEN": self.token, "ADMIN_PORT": str(admin[0])}
        self.api = self._program("api", [str(binaries / "millrace-api")], common | own)
        self.programs = [
            self._program("broker", [str(binaries / "millrace"), "dev", "broker", "--port", str(broker)], common),
            self.api,
            self._program("consumer", [str(binaries / "millrace-consumer")], common | {"ADMIN_PORT": str(admin[1])})]

    def _program(self, name: str, arguments: list[str], environment: dict[str, str]) -> Program:
        return Program(name, arguments, environment, self.folder, self.history)

    def sql(self, statement: str) -> None:
        subprocess.run(["psql", self.server, "-Xqc", statement], check=True, stdout=subprocess.DEVNULL)

    async def start(self) -> None:
        self.sql(f"CREATE DATABASE {self.database}")
        self._migrate()
        for program in self.programs:
            await program.start()
        for _ in range(400):
            try:
                if self.get("/readyz").get("status") == "ok":
                    return
            except OSError:
                pass  # It does not listen yet, or is not ready.
            await asyncio.sleep(0.1)
        raise RuntimeError(f"the API is not ready: {self.api.said()[-2000:]}")

    async def stop(self) -> None:
        for program in reversed(self.programs):
            await program.stop()
        self.sql(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> dict:
        request = urllib.request.Request(self.base_url + path, headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def environment(self) -> dict[str, str]:
        """What the hooks need to know."""
        user = next(user for user in self.get("/api/v1/users")["items"] if user["email"].startswith("admin@"))
        token = self.get(f"/api/v1/users/{user['id']}/tokens")["items"][0]
        # An import makes users of a payload's lines: not one that can be guessed.
        kinds = [kind["kind"] for kind in self.get("/api/v1/kinds")["items"] if kind["kind"] != "users.import"]
        paths = [str(HERE), str(HERE.parent / "Contract")]
        return os.environ | {"FUZZ_TOKEN": self.token, "FUZZ_TOKEN_ID": token["id"], "FUZZ_ADMINISTRATOR": user["id"],
                             "FUZZ_KINDS": ",".join(kinds), "FUZZ_HOOKS": "hooks", "PYTHONPATH": ":".join(paths)}

    def faults(self) -> list[str]:
        """What has become of the programs meanwhile."""
        faults = list(self.history.refused)
        try:
            self.get("/api/v1/users")
        except OSError as error:
            faults.append(f"the API does not answer its token any more: {error}")
        for program in self.programs:
            lines = [line for line in program.said().splitlines() if any(defect in line for defect in DEFECTS)]
            faults += [f"{program.name} said: {line[:2000]}" for line in lines[:5]]
        return faults


async def run(arguments: argparse.Namespace, folder: pathlib.Path) -> int:
    deployment = Deployment(arguments.binaries, folder, os.environ["TEST_DATABASE_URL"])
    try:
        await deployment.start()
        program = pathlib.Path(sys.executable).parent / "schemathesis"
        command = [str(program), "--config-file", str(HERE / "schemathesis.toml"), "run",
                   str(contract.PATH), "--url", deployment.base_url, "--max-examples", str(arguments.examples),
                   "--checks", "all", "--continue-on-failure", *arguments.more]
        if arguments.seed is not None:
            command += ["--seed", str(arguments.seed)]
        process = await asyncio.create_subprocess_exec(*command, env=deployment.environment(), cwd=folder)
        status = await process.wait()
        faults = deployment.faults()
    finally:
        await deployment.stop()
    for fault in faults:
        print(f"fuzz: {fault}", file=sys.stderr)
    return status or (1 if faults else 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", type=pathlib.Path, required=True, help="the folder with the built programs")
    parser.add_argument("--examples", type=int, default=100, help="at most so many for each operation and phase")
    parser.add_argument("--seed", type=int, help="the same requests again")
    parser.add_argument("more", nargs="*", help="passed on to schemathesis, after --")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="millrace-fuzz-", dir="/tmp") as folder:
        return asyncio.run(run(arguments, pathlib.Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
