"""Cores and memory of processes."""

from __future__ import annotations

import os
from pathlib import Path


def cores() -> tuple[set[int], set[int]]:
    """The core of what is measured, and the cores of everything else; the same when there is only one."""
    found = sorted(os.sched_getaffinity(0))
    return {found[0]}, set(found[1:]) or {found[0]}


def pin(pid: int, to: set[int]) -> None:
    """Run a process, all its threads and its children so far on these cores only."""
    for one in (pid, *children(pid)):
        for task in Path(f"/proc/{one}/task").glob("*"):
            try:
                os.sched_setaffinity(int(task.name), to)
            except ProcessLookupError:
                continue


def children(pid: int) -> list[int]:
    """Ids of a process's children and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            direct = [int(word) for word in task.read_text().split()]
        except OSError:
            continue
        for child in direct:
            found += [child, *children(child)]
    return found


def peak_mb(pid: int) -> float:
    """The most memory that a process has held at once, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
