"""The commands of the live side: what they say about wrong words, and the way of a dead letter."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clinicflow.errors import GroupConflict, NotResubmittable, UnknownAgent, UnknownId
from clinicflow.live.commands import app, chosen, group_of
from clinicflow.store.partition import partition_of
from clinicflow.store.postgres import connect
from clinicflow.store.rows import DeadLetter
from tests.live import clinic
from tests.support.database import Database


def test_agents_are_chosen_by_name_and_unknown_ones_are_named() -> None:
    assert sorted(chosen(["vitals", "flow", "vitals"])) == ["flow", "vitals"]
    assert len(chosen(["all"])) >= 6
    with pytest.raises(UnknownAgent, match="but got vitls"):
        chosen(["vitls"])


def test_group_is_named_after_its_agents_unless_told() -> None:
    assert group_of(["all"], None) == "all"
    assert group_of(["vitals", "flow"], None) == "flow-vitals"
    assert group_of(["vitals"], "bedside") == "bedside"


@pytest.mark.parametrize("word", ["show", "resubmit"])
@pytest.mark.embedded
@pytest.mark.usefixtures("environment")
def test_what_is_no_id_of_a_dead_letter_is_told(word: str) -> None:
    result = CliRunner().invoke(app, ["dead-letters", word, "nope"])
    assert result.exit_code == 1
    assert isinstance(result.exception, UnknownId)
    assert str(result.exception).startswith("expected the id of a dead letter (a UUID)")
    assert str(result.exception).endswith("but got nope")


@pytest.fixture
def environment(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of a command line."""
    monkeypatch.setenv("CLINICFLOW_DSN", database.dsn("app"))
    monkeypatch.setenv("CLINICFLOW_HOME", str(tmp_path))


@pytest.mark.embedded
@pytest.mark.usefixtures("environment")
def test_dead_letter_is_listed_shown_and_submitted_again(database: Database) -> None:
    event = clinic.a_visit(1)[0]
    letter = DeadLetter(
        dead_letter_id=clinic.uid("letter"),
        org_id="demo",
        kind="step",
        reason="ZeroDivisionError at vitals.py:7",
        at=clinic.START,
        partition=partition_of(event.case_id, 8),
        position=0,
        agent="vitals",
        event_id=event.event_id,
        case_id=event.case_id,
        event_type=event.TYPE,
    )

    async def given() -> None:
        store = await connect(database.dsn("app"), partitions=8)
        await clinic.apply_bundle(store)
        await clinic.journal(store, [event])
        lease = await store.take_lease("test")
        assert lease is not None
        await store.place(lease[0], clinic.START, 10)
        async with store.intake() as transaction:
            await transaction.dead_letter(letter)
        await store.close()

    asyncio.run(given())
    run = CliRunner().invoke

    listed = run(app, ["dead-letters", "list"])
    assert letter.dead_letter_id in listed.output
    assert "ZeroDivisionError" in listed.output
    assert "agent: vitals" in run(app, ["dead-letters", "show", letter.dead_letter_id]).output
    sent = run(app, ["dead-letters", "resubmit", "all"])
    assert "stored as" in sent.output, sent.output
    assert "0 dead letters" in run(app, ["dead-letters", "list"]).output
    missing = run(app, ["dead-letters", "resubmit", clinic.uid("none")])
    assert isinstance(missing.exception, NotResubmittable)


@pytest.mark.embedded
@pytest.mark.usefixtures("environment")
def test_worker_of_another_group_is_refused_and_told_the_command(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINICFLOW_KAFKA", "127.0.0.1:9")

    async def given() -> None:
        store = await connect(database.dsn("app"), partitions=8)
        await store.register_group("all", ["vitals", "flow"])
        await store.close()

    asyncio.run(given())
    refused = CliRunner().invoke(app, ["worker", "--agent", "vitals"])
    assert isinstance(refused.exception, GroupConflict)
    assert "regroup" in str(refused.exception)

    moved = CliRunner().invoke(app, ["regroup", "vitals", "--agent", "vitals"])
    assert "group vitals runs vitals" in moved.output
