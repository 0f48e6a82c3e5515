"""A PostgreSQL server that outlived the process that started it: found by its pid file, ended cleanly."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

from clinicflow.embedded.processes import command_of
from clinicflow.errors import EmbeddedFailure

_CLEAN_WITHIN = 20.0
_FORCED_WITHIN = 10.0


async def end_old_server(pgdata: Path) -> None:
    """End the server of ``pgdata`` if one still runs, and forget the pid file of one that does not.

    A process is touched only when its command line says that it is a postgres over this very folder.
    """
    file = pgdata / "postmaster.pid"
    pid = _noted_pid(file)
    if pid is None:
        return
    if not _is_server_of(pid, pgdata):
        _forget(file, pgdata)
        return
    for sig, within in ((signal.SIGINT, _CLEAN_WITHIN), (signal.SIGQUIT, _FORCED_WITHIN)):
        try:
            os.kill(pid, sig)
        except ProcessLookupError:
            return
        if await _gone(pid, pgdata, within):
            return
    raise EmbeddedFailure(f"expected the old server (process {pid}) of {pgdata} to end, but it goes on")


def _noted_pid(file: Path) -> int | None:
    try:
        first = file.read_text().split("\n", 1)[0].strip()
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() else None


def _is_server_of(pid: int, pgdata: Path) -> bool:
    command = command_of(pid)
    if command is None:
        return False
    words = command.split(" ")
    return Path(words[0]).name == "postgres" and f"-D {pgdata} " in f"{command} "


def _forget(file: Path, pgdata: Path) -> None:
    """Remove a stale pid file, but not while any process works in the folder: then the server's own check is better."""
    if not _in_use(pgdata):
        file.unlink(missing_ok=True)


def _in_use(pgdata: Path) -> bool:
    if not Path("/proc/self").exists():
        return True
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.readlink(entry / "cwd") == str(pgdata):
                    return True
            except OSError:  # it ended meanwhile, or it is not ours to look at
                continue
    return False


async def _gone(pid: int, pgdata: Path, within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not _is_server_of(pid, pgdata):
            return True
        await asyncio.sleep(0.05)
    return False
