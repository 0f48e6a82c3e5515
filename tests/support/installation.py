"""A whole installation as a user starts it: ``clinicflow up`` in a folder of its own, and ways to kill it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpx

from clinicflow.embedded.processes import free_port


def descendants(pid: int) -> list[int]:
    """All processes below one, children before grandchildren."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = parents.get(waiting.pop(0), [])
        found += children
        waiting += children
    return found


class Installation:
    """``clinicflow up`` with a home and an HTTP port of its own."""

    def __init__(self, folder: Path, *, kafka: str | None = None) -> None:
        self.home = folder / "home"
        self.port = free_port()
        self.kafka = kafka
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = {
            "CLINICFLOW_HOME": str(self.home),
            "CLINICFLOW_HTTP_PORT": str(self.port),
            "CLINICFLOW_MLLP_ANY_PORT": "1",
        }
        if self.kafka:
            own |= {"CLINICFLOW_KAFKA": self.kafka, "CLINICFLOW_FETCH_MAX_WAIT_MS": "100"}
        return {**os.environ, **own}

    def up(self, *words: str) -> Installation:
        """Start it and wait until it is ready."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "clinicflow.cli", "up", *words],
                env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_for(self.ready, 60, self.log)
        return self

    def ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log()
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    @property
    def url(self) -> str:
        return (
            f"http://127.0.0.1:{json.loads((self.home / 'run.json').read_text())['http_port']}"
            if (self.home / "run.json").exists()
            else f"http://127.0.0.1:{self.port}"
        )

    def run(self, *words: str, check: bool = True, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """A command of the user beside it."""
        done = subprocess.run(
            [sys.executable, "-m", "clinicflow.cli", *words],
            env=self.environment, capture_output=True, text=True, timeout=timeout, check=False,
        )  # fmt: skip
        if check:
            assert done.returncode == 0, f"{words}: {done.stdout}\n{done.stderr}"
        return done

    def checks(self) -> dict[str, dict[str, Any]]:
        """What the doctor says, by name of the check."""
        done = self.run("doctor", "--json", check=False)
        return {check["name"]: check for check in json.loads(done.stdout)}

    def kill_everything(self) -> list[int]:
        """SIGKILL the supervisor and every process below it, the supervisor first."""
        assert self.process is not None
        victims = [self.process.pid, *descendants(self.process.pid)]
        kill(victims, signal.SIGKILL)
        self.process.wait(10)
        wait_for(lambda: not any(alive(pid) for pid in victims), 20, lambda: f"still there: {victims}")
        return victims

    def stop(self) -> int:
        """Ctrl-C."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def close(self) -> None:
        """End whatever is left."""
        if self.process is not None and self.process.poll() is None:
            self.kill_everything()

    def log(self) -> str:
        parts = [self.home / "up.log", *sorted((self.home / "logs").glob("*.log"))]
        return "\n".join(
            f"== {path.name}\n{path.read_text(errors='replace')[-1500:]}" for path in parts if path.exists()
        )


def alive(pid: int) -> bool:
    """Whether a process runs (a dead one that nobody collected does not)."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def kill(pids: Iterable[int], sig: signal.Signals) -> None:
    """Send a signal to processes that may be gone already."""
    for pid in pids:
        try:
            os.kill(pid, sig)
        except ProcessLookupError:
            continue


def wait_for(holds: Callable[[], bool], seconds: float, otherwise: Callable[[], str]) -> None:
    """Wait until it holds; fail with what ``otherwise`` tells, once that has been the same for so many seconds.

    Patience with a slow machine, none with a system that stands still.
    """
    told, since = otherwise(), time.monotonic()
    while not holds():
        if (now := otherwise()) != told:
            told, since = now, time.monotonic()
        assert time.monotonic() - since < seconds, f"nothing has moved for {seconds} s: {told}"
        time.sleep(0.1)
