"""What archiving costs those who submit jobs: an empty system and one that archives, in turn, at the same rate.

usage: archive_pairs.py --binaries .build/release --history FOLDER [--rounds 5] [--seconds 30] [--rate 500] [--watch PID]

Starts `millrace dev up` twice a round, and in every other round in the other order: *empty*, in a new folder and with
a hot time of an hour, so that nothing is archived; and *archiving*, in FOLDER (a folder in which `dev up` has run and
archived what it liked, or an empty one) with a hot time of 5 s, so that as much is archived as is submitted. Where
to is said by ARCHIVE_STORE and its companions, as for `make run`. Prints of each run the latency of the submissions,
the time from a job's creation to its start, the processor time that each program took, and how many jobs were overdue
for the archive at the end; then the medians and their ratio. A watched PID is the archive's, where it runs here.
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
WARM_UP_SECONDS = 12
FIGURES = ("submit p50", "submit p99", "claim p50", "claim p99")
TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(watched: int | None) -> collections.Counter[str]:
    """Of every program by name, since each began."""
    seconds: collections.Counter[str] = collections.Counter()
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            name, fields = (folder / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
            values = fields.split()
            name = "archive" if int(folder.name) == watched else name
            seconds[name] += (int(values[11]) + int(values[12])) / TICKS
    return seconds


def environment(folder: pathlib.Path) -> dict[str, str]:
    lines = (folder / ".dev" / "env").read_text().splitlines()
    pairs = (line.removeprefix("export ").partition("=") for line in lines if "=" in line)
    return {name: value.strip("'\"") for name, _, value in pairs}


def overdue(stack: dict[str, str]) -> int:
    with urllib.request.urlopen(f"{stack['CONSUMER_ADMIN_URL']}/metrics", timeout=5) as answer:
        found = re.search(r"^millrace_archive_backlog_jobs\S* (\S+)", answer.read().decode(), re.MULTILINE)
    return int(float(found.group(1))) if found else -1


def load(stack: dict[str, str], *words: str) -> str:
    done = subprocess.run([sys.executable, HERE / "archive_load.py", *words], env=os.environ | stack, text=True,
                          capture_output=True, timeout=600)
    if done.returncode != 0:
        raise RuntimeError(f"archive_load.py {words[0]}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def milliseconds(text: str, start: str) -> tuple[float, float]:
    line = next(line for line in text.splitlines() if line.startswith(start))
    return tuple(float(re.search(rf"{share} (\S+) ms", line).group(1)) for share in ("p50", "p99"))


@contextlib.contextmanager
def running(binaries: pathlib.Path, folder: pathlib.Path, hot: str):
    """The stack of `dev up`, for as long as the block lasts."""
    settings = {"ARCHIVE_HOT_FOR": hot, "LOG_LEVEL": "warning", "PORT": "18091"}
    log = folder / "up.log"
    with log.open("w") as output:
        program = subprocess.Popen([binaries / "millrace", "dev", "up"], cwd=folder, env=os.environ | settings,
                                   stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while "Millrace is ready" not in log.read_text():
            if program.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"not started: {log.read_text()[-2000:]}")
            time.sleep(0.25)
        yield environment(folder)
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(60)


def measure(arguments: argparse.Namespace, folder: pathlib.Path, hot: str) -> tuple[list[float], str]:
    with running(arguments.binaries, folder, hot) as stack, tempfile.TemporaryDirectory() as notes:
        stack["TOKEN"] = load(stack, "owner").strip()
        rate = ("--rate", str(arguments.rate), "--seconds")
        load(stack, "submit", "--records", f"{notes}/warm", *rate, str(WARM_UP_SECONDS))
        before, began = processor_seconds(arguments.watch), time.monotonic()
        submitted = load(stack, "submit", "--records", f"{notes}/jobs", *rate, str(arguments.seconds))
        spent, took = processor_seconds(arguments.watch) - before, time.monotonic() - began
        late = overdue(stack)
        verified = load(stack, "verify", "--records", f"{notes}/jobs", "--sample", "5000", "--connections", "16")
    names = ("millrace-api", "millrace-consum", "postgres", "millrace", "archive")
    shares = ", ".join(f"{name} {spent[name] / took * 100:.0f} %" for name in names if spent[name])
    figures = [*milliseconds(submitted, "submit:"), *milliseconds(verified, "claim")]
    return figures, f"overdue {late}; of a core: {shares}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=pathlib.Path, default=pathlib.Path(".build/release"))
    parser.add_argument("--history", type=pathlib.Path, required=True, metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--watch", type=int, metavar="PID")
    arguments = parser.parse_args()
    arguments.binaries = arguments.binaries.resolve()
    # What was started is stopped, whoever ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    results: dict[str, list[list[float]]] = {"empty": [], "archiving": []}
    for number in range(arguments.rounds):
        for name in ("empty", "archiving") if number % 2 == 0 else ("archiving", "empty"):
            with tempfile.TemporaryDirectory(dir="/tmp") as new:
                pathlib.Path(new).chmod(0o711)
                folder, hot = (pathlib.Path(new), "1h") if name == "empty" else (arguments.history, "5s")
                figures, remarks = measure(arguments, folder, hot)
            results[name].append(figures)
            shown = ", ".join(f"{figure} {value:.1f}" for figure, value in zip(FIGURES, figures))
            print(f"{number + 1} {name:9} {shown} ms; {remarks}", flush=True)
    for index, figure in enumerate(FIGURES):
        medians = {name: statistics.median(run[index] for run in runs) for name, runs in results.items()}
        ratio = medians["archiving"] / medians["empty"]
        print(f"median {figure}: empty {medians['empty']:.1f} ms, archiving {medians['archiving']:.1f} ms: {ratio:.2f} x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
