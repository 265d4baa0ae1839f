"""What archiving costs those who submit jobs: an empty system and one that archives, in turn, at the same rate.

usage: archive_pairs.py --binaries .build/release --history FOLDER [--rounds 20] [--window 15] [--rate 500] [--watch PID]

Starts `millrace dev up` twice: *empty*, in a new folder and with a hot time of an hour, so that nothing is archived;
and *archiving*, in FOLDER (a folder in which `dev up` has run and archived what it liked, or an empty one). Jobs go to
the one and then to the other, a window each, so that what else the machine does meets both. The hot time of the second
is the time from one of its windows to the next, so that in each of them it archives as many jobs as it is given and
in the windows of the other none. Where to is said by ARCHIVE_STORE and its companions, as for `make run`. Prints of
each window the latency of the submissions and the processor time that each program of the system took; then of all
windows together these latencies, the times from a job's creation to its start, and the ratios. A watched PID is the
archive's, where it runs here.
"""

import argparse
import collections
import contextlib
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
PAUSE_SECONDS = 3.0
SHARES = (50, 90, 99)
TICKS = os.sysconf("SC_CLK_TCK")


class Stack:
    """One `dev up`."""

    def __init__(self, name: str, binaries: pathlib.Path, folder: pathlib.Path, hot: str, port: int) -> None:
        self.name, self.folder = name, folder
        self.latencies = folder / "latencies"
        self.latencies.unlink(missing_ok=True)
        settings = {"ARCHIVE_HOT_FOR": hot, "LOG_LEVEL": "warning", "PORT": str(port)}
        self.log = folder / "up.log"
        with self.log.open("w") as output:
            self.program = subprocess.Popen(
                [binaries / "millrace", "dev", "up"], cwd=folder, env=os.environ | settings,
                stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    def wait(self) -> None:
        deadline = time.monotonic() + 120
        while "Millrace is ready" not in self.log.read_text():
            if self.program.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"not started: {self.log.read_text()[-2000:]}")
            time.sleep(0.25)
        lines = (self.folder / ".dev" / "env").read_text().splitlines()
        pairs = (line.removeprefix("export ").partition("=") for line in lines if "=" in line)
        self.environment = {name: value.strip("'\"") for name, _, value in pairs}
        self.environment["TOKEN"] = self.load("owner").strip()

    def load(self, *words: str) -> str:
        done = subprocess.run([sys.executable, HERE / "archive_load.py", *words], text=True, capture_output=True,
                              env=os.environ | self.environment, timeout=900)
        if done.returncode != 0:
            raise RuntimeError(f"archive_load.py {words[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def submit(self, records: pathlib.Path, rate: int, seconds: float) -> list[float]:
        """The latencies, in milliseconds."""
        before = len(self.read_latencies())
        self.load("submit", "--records", str(records), "--rate", str(rate), "--seconds", str(seconds),
                  "--latencies", str(self.latencies))
        return self.read_latencies()[before:]

    def read_latencies(self) -> list[float]:
        return [float(line) * 1000 for line in self.latencies.read_text().split()] if self.latencies.exists() else []

    def metric(self, name: str) -> float:
        with urllib.request.urlopen(f"{self.environment['CONSUMER_ADMIN_URL']}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)", text, re.MULTILINE))

    def stop(self) -> None:
        self.program.send_signal(signal.SIGTERM)
        self.program.wait(60)


def processor_seconds(root: int, watched: int | None) -> collections.Counter[str]:
    """By name, of a process and all that came of it."""
    processes = {}
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                name, fields = (folder / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
                values = fields.split()
                processes[int(folder.name)] = name, int(values[1]), (int(values[11]) + int(values[12])) / TICKS
    seconds: collections.Counter[str] = collections.Counter()
    for number, (name, parent, spent) in processes.items():
        if number == watched:
            seconds["archive"] += spent
        while parent != root and parent in processes:
            parent = processes[parent][1]
        if parent == root:
            seconds[name] += spent
    return seconds


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share / 100), len(ordered) - 1)]


def window(stack: Stack, records: pathlib.Path, arguments: argparse.Namespace) -> tuple[list[float], str]:
    before, began = processor_seconds(stack.program.pid, arguments.watch), time.monotonic()
    archived = stack.metric("millrace_archive_archived(?:_total)?")
    latencies = stack.submit(records, arguments.rate, arguments.window)
    archived = stack.metric("millrace_archive_archived(?:_total)?") - archived
    took = time.monotonic() - began
    spent = processor_seconds(stack.program.pid, arguments.watch) - before
    shares = ", ".join(f"{name} {seconds / took * 100:.0f} %" for name, seconds in spent.most_common()
                       if seconds / took >= 0.01)
    return latencies, f"archived {archived:.0f}; of a core: {shares}"


def measure(stacks: list[Stack], folder: pathlib.Path, arguments: argparse.Namespace) -> dict[str, list[list[float]]]:
    windows: dict[str, list[list[float]]] = {stack.name: [] for stack in stacks}
    start, step = time.monotonic() + 1, arguments.window + PAUSE_SECONDS
    for number in range(-1, arguments.rounds):
        for place, stack in enumerate(stacks):
            due = start + ((number + 1) * len(stacks) + place) * step
            if (early := due - time.monotonic()) < -1:
                raise RuntimeError(f"the window before lasted {-early:.1f} s too long: --window, --rate")
            time.sleep(max(early, 0))
            # The first of each warms up, and is what the second one archives.
            records = folder / f"{stack.name}-{'warm' if number < 0 else 'jobs'}"
            latencies, remarks = window(stack, records, arguments)
            if number >= 0:
                windows[stack.name].append(latencies)
            shown = ", ".join(f"p{share} {percentile(latencies, share):.1f}" for share in SHARES)
            print(f"{number + 1} {stack.name:9} submit {shown} ms; {remarks}", flush=True)
    return windows


def report(stacks: list[Stack], folder: pathlib.Path, windows: dict[str, list[list[float]]]) -> None:
    empty, archiving = (windows[name] for name in ("empty", "archiving"))
    for share in SHARES:
        pooled = [percentile([value for run in runs for value in run], share) for runs in (empty, archiving)]
        ratios = [percentile(b, share) / percentile(a, share) for a, b in zip(empty, archiving)]
        print(f"submit p{share}: empty {pooled[0]:.2f} ms, archiving {pooled[1]:.2f} ms: {pooled[1] / pooled[0]:.2f} x; "
              f"of a pair: median {statistics.median(ratios):.2f} x, {min(ratios):.2f} to {max(ratios):.2f}")
    for stack in stacks:
        text = stack.load("verify", "--records", str(folder / f"{stack.name}-jobs"), "--sample", "50000",
                          "--connections", "16")
        print(f"{stack.name:9} " + next(line for line in text.splitlines() if line.startswith("claim")), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=pathlib.Path, default=pathlib.Path(".build/release"))
    parser.add_argument("--history", type=pathlib.Path, required=True, metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--window", type=int, default=15, help="seconds")
    parser.add_argument("--rate", type=int, default=500, help="jobs a second")
    parser.add_argument("--watch", type=int, metavar="PID")
    arguments = parser.parse_args()
    binaries = arguments.binaries.resolve()
    # What was started is stopped, whoever ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    stacks: list[Stack] = []
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o711)
        try:
            stacks.append(Stack("empty", binaries, folder, "1h", 18091))
            stacks[0].wait()
            hot = f"{2 * (arguments.window + PAUSE_SECONDS):.0f}s"
            stacks.append(Stack("archiving", binaries, arguments.history, hot, 18191))
            stacks[1].wait()
            windows = measure(stacks, folder, arguments)
            print(f"overdue at the end: {stacks[1].metric('millrace_archive_backlog_jobs'):.0f}")
            report(stacks, folder, windows)
        finally:
            for stack in stacks:
                stack.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
