"""What the doctor finds in the store's counts, and what it advises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clinicflow.embedded import checks, commands
from clinicflow.embedded.checks import Check, of_health
from clinicflow.store.memory import MemoryStore
from clinicflow.store.rows import Health
from tests.live import clinic
from tests.live.desk import GROUP, a_desk

WELL: dict[str, Any] = {
    "unplaced": 0,
    "oldest_unplaced_s": 0.0,
    "placed": 100,
    "lag": {"all": {0: 0, 1: 3}},
    "dead_letters": 0,
    "timers_overdue": 0,
    "journal_events": 100,
    "waits_s": {"all": 0.2},
}


def found(**ill: Any) -> dict[str, Check]:
    return {check.name: check for check in of_health(Health(**{**WELL, **ill}))}


def test_a_system_that_is_well_needs_nothing() -> None:
    assert {(check.grade, check.remedy) for check in found().values()} == {("ok", "")}


def test_a_group_without_a_worker_is_named_although_it_is_only_a_little_behind() -> None:
    checks = found(lag={"all": {0: 0}, "vitals": {0: 7}}, waits_s={"all": 0.1, "vitals": 61.4})

    assert checks["lag"].grade == "ok"
    assert (checks["stale agents"].grade, checks["stale agents"].found) == (
        "fail",
        "group vitals has left an event for 61 s",
    )


def test_what_is_wrong_is_told_with_its_remedy() -> None:
    ill = found(oldest_unplaced_s=9.0, lag={"all": {0: 5000}}, dead_letters=2, timers_overdue=1)
    told = {name: check.grade for name, check in ill.items() if check.grade != "ok"}

    assert told == {"relay": "fail", "lag": "fail", "dead letters": "warn", "timers": "warn"}
    assert all(ill[name].remedy for name in told)


@pytest.mark.asyncio
async def test_how_long_an_event_waits_comes_from_the_store() -> None:
    store = MemoryStore(2)
    async with a_desk(store) as desk:
        rows = await desk.placed(clinic.a_day(5))
        waits = (await store.health()).waits_s[GROUP]
        assert waits > 3600, "the day that was placed is long past"

        await desk.deliver(rows)
        await desk.run_dry()
        assert (await store.health()).waits_s == {GROUP: 0.0}


def test_doctor_of_a_system_that_does_not_run_says_so_and_what_to_do(tmp_path: Path) -> None:
    env = {"CLINICFLOW_HOME": str(tmp_path), "CLINICFLOW_KAFKA": None, "CLINICFLOW_DSN": None}
    shown = CliRunner().invoke(commands.app, ["doctor", "--json"], env=env)

    found = {check["name"]: check for check in json.loads(shown.stdout)}
    assert shown.exit_code == 1
    assert found["broker"]["grade"] == found["database"]["grade"] == "fail"
    assert "clinicflow up" in found["broker"]["remedy"]
    assert found["reading of events"]["grade"] == "ok"


def test_doctor_tells_how_events_are_read_and_what_would_read_them_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "NATIVE", object())
    assert checks.of_codec().found == "in C, as built on this machine"
    monkeypatch.setattr(checks, "NATIVE", None)
    assert "python -m clinicflow.codec.native_build" in checks.of_codec().found
    assert checks.of_codec().grade == "ok"
