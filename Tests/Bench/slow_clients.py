"""Measures how long slow clients stay, and what good requests cost while they are there.

Lies below Tests because it needs what they have: the programs as they are shipped, started by the same tools as the
runs against faults. Started within `millrace dev exec`, whose Postgres it uses. Prints a table, writes JSON, and ends
with 1 when a client of ours stays longer than it may, or good requests suffer more than they may.
"""

import argparse
import asyncio
import json
import pathlib
import resource
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "Chaos")]

from servers import Default, Millrace, Server
from slow_crowd import KINDS, Crowd

# What is asked for: gone within so many seconds, and good requests at most so many times as slow.
LONGEST_STAY, GREATEST_RATIO = 30.0, 2.0
# Good requests are measured for so long, which is before the first slow client is told to go.
WINDOW = 6.0


def good_requests(server: Server) -> dict:
    """The times of good requests, from a process of its own that the slow clients do not hold up."""
    command = [sys.executable, str(HERE / "good_client.py"), str(server.port), server.good, server.token, str(WINDOW)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout)


async def measure(server: Server, kind: str, count: int, patience: float) -> dict:
    before = await asyncio.to_thread(good_requests, server)
    crowd = Crowd(server, kind, count)
    try:
        watching = asyncio.create_task(asyncio.to_thread(crowd.watch, patience))
        await asyncio.to_thread(crowd.opened.wait, 30)
        during = await asyncio.to_thread(good_requests, server)
        there = crowd.count
        stays = await watching
    finally:
        crowd.close()
    stays.sort()
    return {
        "server": server.name, "clients": kind, "opened": crowd.opened_count, "gone": len(stays),
        "there_after_window": there,
        "median_s": round(stays[len(stays) // 2], 1) if stays else None,
        "last_s": round(stays[-1], 1) if stays else None, "answers": crowd.answers, "waited_s": patience,
        "good_before": before, "good_during": during,
        "ratio": round(during["p99_ms"] / before["p99_ms"], 2) if during["p99_ms"] and before["p99_ms"] else None,
    }


def verdict(row: dict) -> list[str]:
    faults = []
    if row["gone"] < row["opened"] or row["last_s"] > LONGEST_STAY:
        faults.append(f"{row['clients']}: {row['opened'] - row['gone']} stay, the last goes after {row['last_s']} s")
    if row["ratio"] is None or row["ratio"] > GREATEST_RATIO or row["good_during"]["failed"]:
        faults.append(f"{row['clients']}: good requests take {row['ratio']} times as long, "
                      f"{row['good_during']['failed']} fail")
    return faults


def table(rows: list[dict]) -> str:
    lines = [f"{'server':<10}{'clients':<16}{'opened':>7}{'gone':>7}{'median s':>10}{'last s':>8}"
             f"{'p99 ms before':>15}{'during':>8}{'ratio':>7}{'failed':>8}"]
    for row in rows:
        lines.append(
            f"{row['server']:<10}{row['clients']:<16}{row['opened']:>7}{row['gone']:>7}{row['median_s'] or '-':>10}"
            f"{row['last_s'] or '-':>8}{row['good_before']['p99_ms'] or '-':>15}{row['good_during']['p99_ms'] or '-':>8}"
            f"{row['ratio'] or '-':>7}{row['good_during']['failed']:>8}")
    return "\n".join(lines)


async def run(arguments: argparse.Namespace) -> int:
    servers = [Millrace(arguments.binaries)]
    if arguments.default_server is not None:
        servers.append(Default(arguments.default_server))
    rows = []
    for server in servers:
        await server.start()
        try:
            for kind in arguments.kinds.split(","):
                print(f"bench-slow: {server.name}, {arguments.clients} × {kind}", file=sys.stderr, flush=True)
                patience = LONGEST_STAY + 5
                rows.append(await measure(server, kind, arguments.clients, patience))
        finally:
            await server.stop()
    print(table(rows))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps({"at": time.strftime("%FT%TZ", time.gmtime()), "rows": rows}, indent=1))
    faults = [fault for row in rows if row["server"] == "millrace" for fault in verdict(row)]
    for fault in faults:
        print(f"bench-slow: {fault}", file=sys.stderr)
    return 1 if faults else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binaries", type=pathlib.Path, required=True, help="the folder with the built programs")
    parser.add_argument("--default-server", type=pathlib.Path, help="Benchmarks' DefaultServer, to compare with")
    parser.add_argument("--clients", type=int, default=2000, help="how many of each kind")
    parser.add_argument("--kinds", default=",".join(KINDS), help="which")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(".dev/bench/slow-clients.json"))
    arguments = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and hard < arguments.clients + 200:
        print(f"bench-slow: {arguments.clients} clients need a higher limit of open files than {hard} (ulimit -Hn)",
              file=sys.stderr)
        return 2
    return asyncio.run(run(arguments))


if __name__ == "__main__":
    sys.exit(main())
