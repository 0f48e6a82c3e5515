"""One child process: started with its output in a file, watched, ended by its id with grace and then by force."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class RunAs:
    """The user whose rights the child gets (only root can give other rights than its own)."""

    uid: int
    gid: int
    name: str


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on now, and that no client is given.

    While a server restarts, its clients try its port again and again. Were that port one of those that the system
    gives to clients, one of them would sooner or later get it as its own end, and the server could not come back.
    """
    ports = _ports_for_servers()
    for port in random.sample(ports, min(50, len(ports))):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    with socket.socket() as probe:  # any will do rather than none
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ports_for_servers() -> range:
    """Below the ports for clients, or above them where those begin low."""
    low, high = 32_768, 60_999
    with contextlib.suppress(OSError, ValueError):  # other systems than Linux begin higher
        low, high = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split())
    return range(10_000, low) if low > 20_000 else range(high + 1, 65_536)


def _ends_with_parent(sig: signal.Signals, parent: int) -> Callable[[], None] | None:
    """Runs in the child before its program: the kernel sends ``sig`` when the parent is gone, however it went."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and here: nobody would send the signal any more
            os._exit(1)

    return prepare


class ChildProcess:
    """A direct child in a process group of its own, so that Ctrl-C in a terminal reaches only the parent.

    On Linux the child gets ``with_parent`` when the thread that started it ends, so start it in the main thread.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        log_file: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        run_as: RunAs | None = None,
        with_parent: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.log_file = log_file
        self._argv = list(argv)
        self._env = dict(env) if env is not None else None
        self._cwd = cwd
        self._run_as = run_as
        self._with_parent = with_parent
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Id of the running process, else None."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs or before it was started."""
        return None if self._process is None else self._process.poll()

    def start(self) -> int:
        """Start it and give its id. Raises OSError when the program cannot be run."""
        user = self._run_as
        with os.fdopen(os.open(self.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  (a fixed program of our own, no shell)
                self._argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._env,
                cwd=self._cwd,
                start_new_session=True,
                user=user.uid if user else None,
                group=user.gid if user else None,
                extra_groups=[] if user else None,
                preexec_fn=_ends_with_parent(self._with_parent, os.getpid()),  # noqa: PLW1509
            )
        return self._process.pid

    async def stop(self, grace: float = 10.0, sig: signal.Signals = signal.SIGTERM) -> int | None:
        """Ask it to end by ``sig``; after ``grace`` seconds kill it. Gives its return code."""
        process = self._process
        if process is None:
            return None
        if process.poll() is None:
            process.send_signal(sig)
            if not await self._ended(grace):
                process.kill()
                await self._ended(10.0)
        return process.poll()

    def kill(self) -> None:
        """End it at once (SIGKILL) and collect it."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)

    def log_tail(self, characters: int = 2000) -> str:
        """The end of what it printed."""
        if not self.log_file.exists():
            return ""
        return self.log_file.read_text(errors="replace")[-characters:]

    async def _ended(self, within: float) -> bool:
        deadline = time.monotonic() + within
        while self._process is not None and self._process.poll() is None:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.02)
        return True


def command_of(pid: int) -> str | None:
    """The command line of a process, or None when there is none of this id (or it is a dead one, not yet collected)."""
    proc = Path("/proc") / str(pid)
    if Path("/proc/self").exists():
        try:
            return (proc / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip() or None
        except OSError:
            return None
    shown = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip() or None


def rss_of(pid: int) -> int:
    """Resident memory of a process in bytes; 0 when it is gone."""
    status = Path("/proc") / str(pid) / "statm"
    if Path("/proc/self").exists():
        try:
            return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError):
            return 0
    shown = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return int(shown.stdout.strip() or 0) * 1024
