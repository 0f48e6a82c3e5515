"""The embedded PostgreSQL keeps data and comes back, whoever was killed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from clinicflow.embedded import accounts
from clinicflow.embedded.postgres import EmbeddedPostgres
from clinicflow.embedded.processes import RunAs, command_of
from clinicflow.embedded.providers import ExternalPostgres
from clinicflow.errors import DataDirUnreachable, ProviderNotStarted

pytestmark = [pytest.mark.embedded, pytest.mark.asyncio]


@pytest_asyncio.fixture
async def server(open_folder: Path) -> AsyncIterator[EmbeddedPostgres]:
    started = EmbeddedPostgres(open_folder / "data")
    await started.start()
    yield started
    await started.stop()


def start_script(script: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 60
    while command_of(pid) is not None and time.monotonic() < deadline:
        time.sleep(0.05)


def owner_of(pid: int) -> int:
    shown = subprocess.run(["ps", "-o", "uid=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(shown.stdout)


async def write_note(server: EmbeddedPostgres, text: str) -> None:
    connection = await asyncpg.connect(server.dsn("owner"))
    try:
        await connection.execute("create table if not exists note (text text primary key)")
        await connection.execute("insert into note values ($1)", text)
    finally:
        await connection.close()


async def notes(server: EmbeddedPostgres) -> list[str]:
    connection = await asyncpg.connect(server.dsn("owner"))
    try:
        return [row["text"] for row in await connection.fetch("select text from note order by text")]
    finally:
        await connection.close()


async def test_data_survive_a_stop_and_a_kill(server: EmbeddedPostgres) -> None:
    await write_note(server, "before the stop")
    await server.stop()
    await server.start()
    await write_note(server, "before the kill")
    server.kill()
    await server.start()
    assert await notes(server) == ["before the kill", "before the stop"]


async def test_a_server_that_outlived_its_starter_is_ended_and_its_data_are_kept(open_folder: Path) -> None:
    # given a supervisor that started a server and then was killed, and a server that was told nothing of it
    script = textwrap.dedent(f"""
        import asyncio, signal, sys
        from pathlib import Path
        from clinicflow.embedded import processes, postgres
        processes._ends_with_parent = lambda sig, parent: None
        async def main():
            server = postgres.EmbeddedPostgres(Path({str(open_folder / "data")!r}))
            await server.start()
            print(server.pid, flush=True)
            await asyncio.sleep(60)
        asyncio.run(main())
    """)
    starter = start_script(script)
    assert starter.stdout is not None
    orphan = int(await asyncio.to_thread(starter.stdout.readline))
    starter.kill()
    starter.wait(10)
    await asyncio.sleep(0.2)
    assert "postgres" in (command_of(orphan) or "")
    # when another supervisor starts over the same folder
    successor = EmbeddedPostgres(open_folder / "data")
    await successor.start()
    # then only its own server runs
    try:
        assert command_of(orphan) is None
        assert await successor.healthy()
    finally:
        await successor.stop()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent is gone")
async def test_a_server_whose_starter_is_killed_ends_by_itself(open_folder: Path) -> None:
    script = textwrap.dedent(f"""
        import asyncio
        from pathlib import Path
        from clinicflow.embedded.postgres import EmbeddedPostgres
        async def main():
            server = EmbeddedPostgres(Path({str(open_folder / "data")!r}))
            await server.start()
            print(server.pid, flush=True)
            await asyncio.sleep(60)
        asyncio.run(main())
    """)
    starter = start_script(script)
    assert starter.stdout is not None
    child = int(await asyncio.to_thread(starter.stdout.readline))
    starter.kill()
    starter.wait(10)
    await asyncio.to_thread(wait_until_gone, child)
    assert command_of(child) is None
    assert not (open_folder / "data" / "pgdata" / "postmaster.pid").exists()


async def test_a_pid_file_that_names_a_stranger_harms_nobody(server: EmbeddedPostgres) -> None:
    # given a stale pid file whose number now belongs to a process that is no server
    await write_note(server, "kept")
    await server.stop()
    stranger = start_script("import time; time.sleep(60)")
    pid_file = server.pgdata / "postmaster.pid"
    pid_file.write_text(f"{stranger.pid}\n{server.pgdata}\n0\n5432\n\n127.0.0.1\n0 0\nready\n")
    try:
        # when the server starts
        await server.start()
        # then it runs with its data and the stranger lives
        assert await notes(server) == ["kept"]
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait(10)


async def test_roles_are_weak_and_the_reader_cannot_write(server: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(server.dsn("app"))
    try:
        strong = await connection.fetch(
            "select rolname from pg_roles where rolname like 'clinicflow%'"
            " and (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole)"
        )
        assert strong == []
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("create table mine (n int)")
    finally:
        await connection.close()
    reader = await asyncpg.connect(server.dsn("read"))
    try:
        assert await reader.fetchval("show default_transaction_read_only") == "on"
    finally:
        await reader.close()


async def test_a_wrong_password_is_refused(server: EmbeddedPostgres) -> None:
    address = server.dsn("app").replace("clinicflow_app:", "clinicflow_app:x")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(address)


async def test_passwords_are_readable_by_us_only_and_the_server_is_not_root(server: EmbeddedPostgres) -> None:
    assert (server.data_dir / "passwords.json").stat().st_mode & 0o777 == 0o600
    assert server.pid is not None
    assert owner_of(server.pid) != 0


async def test_a_row_that_fails_is_not_quoted_in_the_log(server: EmbeddedPostgres) -> None:
    await write_note(server, "Jane Sample")
    with pytest.raises(asyncpg.UniqueViolationError):
        await write_note(server, "Jane Sample")
    assert "Jane Sample" not in server.log_file.read_text()


async def test_an_address_before_the_start_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProviderNotStarted):
        EmbeddedPostgres(tmp_path / "data").dsn("app")
    with pytest.raises(ValueError, match="expected one of the roles"):
        EmbeddedPostgres(tmp_path / "data").dsn("postgres")


async def test_an_external_server_is_checked_by_a_query(server: EmbeddedPostgres) -> None:
    outside = ExternalPostgres({"app": server.dsn("app")})
    await outside.start()
    assert outside.version() == server.version()
    assert await outside.healthy()
    await server.stop()
    assert not await outside.healthy()


async def test_a_closed_folder_is_named_and_left_as_it_is(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(DataDirUnreachable, match=str(closed)):
        accounts.make_reachable_folder(closed / "data", RunAs(uid=65534, gid=65534, name="nobody"))
    assert closed.stat().st_mode & 0o777 == 0o700


async def test_binaries_behind_a_closed_folder_are_copied_and_run(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a place that the server's user cannot reach
    original = accounts.barrier_on
    installed = accounts._installed()
    monkeypatch.setattr(
        accounts,
        "barrier_on",
        lambda path, user: installed if path.is_relative_to(installed) else original(path, user),
    )
    server = EmbeddedPostgres(open_folder / "data")
    # when it starts, then it runs from its own copy
    await server.start()
    try:
        assert server.pid is not None
        assert str(open_folder / "data" / "binaries") in (command_of(server.pid) or "")
    finally:
        await server.stop()


async def test_a_home_that_the_server_cannot_reach_moves_only_the_database(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    other = accounts.RunAs(uid=65534, gid=65534, name="nobody")

    found = accounts.data_folder(closed / "home" / "postgres", other)

    assert found.parent == accounts.ELSEWHERE
    assert found == accounts.data_folder(closed / "home" / "postgres", other)
    assert accounts.data_folder(closed / "home" / "postgres", None) == closed / "home" / "postgres"
