"""The programs that make load: each runs once, says what it measured, and what it cost is known."""

import asyncio
import dataclasses
import json
import os
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass
class Done:
    """What a program printed, and the processor seconds that it took."""

    output: str
    seconds: float


async def run(words: list[str], environment: dict[str, str] | None = None, limit: float = 600) -> Done:
    return await asyncio.to_thread(_run, [str(word) for word in words], environment or {}, limit)


def _run(words: list[str], environment: dict[str, str], limit: float) -> Done:
    process = subprocess.Popen(words, env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"} | environment, text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    before = os.times()
    try:
        output, errors = process.communicate(timeout=limit)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    after = os.times()
    if process.returncode != 0:
        raise RuntimeError(f"{words[0]} ended with {process.returncode}: {output[-500:]}{errors[-1500:]}")
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return Done(output, spent)


@dataclasses.dataclass
class Answers:
    """What wrk saw. Times in milliseconds."""

    count: int
    refused: int
    seconds: float
    latencies: dict[str, float]
    processor: float


async def wrk(port: int, connections: int, seconds: float, paths: list[str], token: str = "", body: str | None = None,
              method: str | None = None, scratch: pathlib.Path | None = None) -> Answers:
    """Asks without a pause over so many connections: the paths in turn, or always the one."""
    environment = {"BENCH_TOKEN": token, "BENCH_METHOD": method or ("GET" if body is None else "POST")}
    if body is not None or len(paths) > 1:
        assert scratch is not None
        (scratch / "wrk.body").write_text(body or "")
        (scratch / "wrk.paths").write_text("\n".join(paths if len(paths) > 1 else []))
        environment |= {"BENCH_BODY": str(scratch / "wrk.body"), "BENCH_PATHS": str(scratch / "wrk.paths")}
    done = await run(["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "20s",
                      "-s", HERE / "load.lua", f"http://127.0.0.1:{port}{paths[0]}"], environment)
    return read_wrk(done)


def read_wrk(done: Done) -> Answers:
    """What load.lua printed at the end."""
    line = next((line for line in done.output.splitlines() if line.startswith("REPORT ")), None)
    if line is None:
        raise RuntimeError(f"wrk said nothing: {done.output[-1000:]}")
    found = json.loads(line.removeprefix("REPORT "))
    return Answers(
        count=found["requests"] - found["refused"], refused=found["refused"] + found["broken"],
        seconds=found["seconds"],
        latencies={name: found[f"{name}_us"] / 1000 for name in ("p50", "p99", "p999")}, processor=done.seconds)


async def pgbench(url: str, script: pathlib.Path, clients: int, seconds: float,
                  variables: dict[str, object] | None = None) -> tuple[float, float, float]:
    """Transactions a second, the mean latency in milliseconds, and the processor seconds of pgbench itself."""
    words = ["pgbench", "-n", "-M", "prepared", "-c", clients, "-j", 2, "-T", max(1, round(seconds)), "-f", script]
    for name, value in (variables or {}).items():
        words += ["-D", f"{name}={value}"]
    return read_pgbench(await run([*words, url]))


def read_pgbench(done: Done) -> tuple[float, float, float]:
    rate = re.search(r"^tps = ([\d.]+)", done.output, re.MULTILINE)
    mean = re.search(r"^latency average = ([\d.]+) ms", done.output, re.MULTILINE)
    if rate is None or mean is None:
        raise RuntimeError(f"pgbench said nothing: {done.output[-1000:]}")
    return float(rate.group(1)), float(mean.group(1)), done.seconds


async def produce(brokers: str, topic: str, lines: pathlib.Path) -> Done:
    """Each line a record, spread over the partitions one by one: the development broker keeps a few MB of each."""
    return await run(["kcat", "-P", "-b", brokers, "-t", topic, "-X", "sticky.partitioning.linger.ms=0",
                      "-X", "queue.buffering.max.messages=1000000", "-l", lines])
