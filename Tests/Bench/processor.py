"""The processor time and the memory of processes, as /proc tells them."""

import os
import pathlib

TICKS = os.sysconf("SC_CLK_TCK")
PROC = pathlib.Path("/proc")


def _fields(pid: int) -> list[str] | None:
    """Of the process's `stat`, from its state on."""
    try:
        return (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def seconds(pid: int) -> float:
    """User and system time of one process."""
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def family_seconds(pid: int) -> float:
    """Of a process and its children, those included that have ended."""
    fields = _fields(pid)
    if fields is None:
        return 0.0
    ended = (int(fields[13]) + int(fields[14])) / TICKS
    return seconds(pid) + ended + sum(seconds(child) for child in children(pid))


def children(pid: int) -> list[int]:
    found = []
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            fields = _fields(int(folder.name))
            if fields is not None and int(fields[1]) == pid:
                found.append(int(folder.name))
    return found


def memory(pid: int, name: str = "VmHWM") -> float:
    """MiB: the most that was ever resident, or with `VmRSS` what is now."""
    try:
        for line in (PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0.0
