"""Opening the store: from settings or the note of a running system, with errors that say what is missing."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from clinicflow.errors import InstallationMismatch, KeyFileError, StoreRefused, StoreUnavailable
from clinicflow.settings import Settings
from clinicflow.store.commands import app
from clinicflow.store.crypto import KeyRing
from clinicflow.store.migrate import steps
from clinicflow.store.opening import dsn_of, open_store
from clinicflow.store.postgres import connect
from tests.support.database import Database


def test_settings_come_before_the_note_of_a_running_system(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"dsn_app": "noted", "dsn_owner": "noted owner"}))
    assert dsn_of(Settings(home=tmp_path), "app") == "noted"
    assert dsn_of(Settings(home=tmp_path, dsn=SecretStr("given")), "app") == "given"
    assert dsn_of(Settings(home=tmp_path, dsn=SecretStr("given")), "owner") == "noted owner"


@pytest.mark.parametrize("note", [None, "no json", "[]", "{}"])
def test_without_an_address_the_error_names_both_ways(tmp_path: Path, note: str | None) -> None:
    if note is not None:
        (tmp_path / "run.json").write_text(note)
    with pytest.raises(StoreUnavailable, match=r"Expected CLINICFLOW_DSN_READ, or a running system \(clinicflow up\)"):
        dsn_of(Settings(home=tmp_path), "read")


@pytest.mark.embedded
@pytest.mark.asyncio
async def test_services_write_and_replay_only_reads(database: Database, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, dsn=SecretStr(database.dsn("app")), dsn_read=SecretStr(database.dsn("read")))
    store = await open_store(settings)
    assert await store.apply_bundle("demo", "hash", {}, 1)
    reader = await open_store(settings, role="read")
    assert (reader.partitions, reader.journal) == (settings.partitions, store.journal)
    assert await reader.bundle("demo") == await store.bundle("demo")
    assert [batch async for batch in reader.scan()] == []
    assert await reader.tasks("demo") == []
    with pytest.raises((StoreRefused, StoreUnavailable)):
        await reader.apply_bundle("demo", "other", {}, 1)
    await reader.close()
    await store.close()


@pytest.mark.embedded
@pytest.mark.asyncio
async def test_the_number_of_partitions_is_fixed_at_installation(database: Database) -> None:
    await (await connect(database.dsn("app"), partitions=4)).close()
    with pytest.raises(InstallationMismatch, match="8 partitions, but it was installed with 4"):
        await connect(database.dsn("app"), partitions=8)
    opened = await connect(database.dsn("app"), partitions=None)
    assert await opened.heads() == dict.fromkeys(range(4), -1)
    await opened.close()


@pytest.mark.embedded
@pytest.mark.asyncio
async def test_services_that_start_together_agree_on_one_journal(database: Database) -> None:
    opened = await asyncio.gather(*(connect(database.dsn("app"), partitions=4) for _ in range(4)))
    assert len({store.journal for store in opened}) == 1
    for store in opened:
        await store.close()


@pytest.mark.embedded
@pytest.mark.asyncio
async def test_another_key_file_than_the_first_is_noticed_at_once(
    database: Database, ring: KeyRing, tmp_path: Path
) -> None:
    await (await connect(database.dsn("app"), keys=ring)).close()
    await (await connect(database.dsn("app"), keys=KeyRing(ring.path))).close()
    with pytest.raises(KeyFileError, match="the key file that this installation encrypts by"):
        await connect(database.dsn("app"), keys=KeyRing(tmp_path / "new.key", create=True))


@pytest.mark.asyncio
async def test_a_database_that_is_not_there_is_reported_after_the_wait() -> None:
    started = time.monotonic()
    with pytest.raises(StoreUnavailable, match="did not answer"):
        await connect("postgresql://nobody@127.0.0.1:1/none", wait_s=0.5)
    assert 0.5 <= time.monotonic() - started < 10


@pytest.mark.embedded
@pytest.mark.asyncio
async def test_a_database_without_schema_names_the_command(empty_database: Database) -> None:
    with pytest.raises(StoreRefused, match="run: clinicflow migrate"):
        await connect(empty_database.dsn("app"))


@pytest.mark.embedded
def test_the_migrate_command_says_what_it_applied(empty_database: Database) -> None:
    dsn = empty_database.dsn("owner")
    first = CliRunner().invoke(app, ["--dsn", dsn])
    assert (first.exit_code, first.output.split()) == (0, [word for step in steps() for word in ("applied", step)])
    again = CliRunner().invoke(app, ["--dsn", dsn])
    assert (again.exit_code, again.output) == (0, "nothing to apply: the schema is the newest\n")


def test_the_migrate_command_fails_with_a_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [], env={"CLINICFLOW_HOME": str(tmp_path), "CLINICFLOW_DSN_OWNER": None})
    assert result.exit_code == 1
    assert "Expected CLINICFLOW_DSN_OWNER" in result.output
    assert "Traceback" not in result.output
