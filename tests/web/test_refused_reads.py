"""Who opens what is another clinic's is refused; each attempt is audited, and the privacy officer hears of it once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from clinicflow.errors import StoreUnavailable
from clinicflow.store.rows import AuditRow
from tests.web.kit import World, a_world

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The demo network at work."""
    async with a_world(tmp_path) as found:
        yield found


async def a_visit(world: World) -> tuple[str, str]:
    """A visit at the south clinic and its first task."""
    about = await world.arrival("S1", clinic="south")
    await world.settle()
    rows = await world.store.tasks("demo", case_id=about["case_id"])
    return about["case_id"], rows[0].task.task_id


async def attempts(world: World) -> list[AuditRow]:
    rows = await world.store.audit_rows("demo")
    return [row for row in rows if row.action == "refused-read"]


async def officers(world: World) -> list[str]:
    """The clinics where the privacy officer has something to look at."""
    await world.settle()
    return [row.clinic_id for row in await world.tasks("privacy-officer")]


async def test_another_clinics_chart_is_refused_audited_each_time_and_told_once(world: World) -> None:
    case_id, task_id = await a_visit(world)
    ana = await world.signed_in("ma-ana")
    for _ in range(2):
        assert (await ana.get(f"/ui/tasks/{task_id}/why")).status_code == 404
    found = await attempts(world)
    assert [(row.actor_id, row.what["case_id"], row.what["clinic_id"]) for row in found] == [
        ("staff:ma-ana", case_id, "south")
    ] * 2
    assert await officers(world) == ["south"]
    [row] = await world.tasks("privacy-officer")
    event = await world.store.journal_event("demo", found[0].what["event_id"])
    assert event is not None
    assert row.task.cause == event.event_id
    assert b"ma-ana" not in event.payload, "it blames nobody: who it was is in the audit"


async def test_each_day_person_and_chart_is_an_occasion_of_its_own(world: World) -> None:
    _, task_id = await a_visit(world)
    for name in ("ma-ana", "ma-dewi"):
        assert (await (await world.signed_in(name)).get(f"/ui/tasks/{task_id}/why")).status_code == 404
    assert await officers(world) == ["south"] * 2
    world.ahead += 86_400_000_000
    await (await world.signed_in("ma-ana")).get(f"/ui/tasks/{task_id}/why")
    assert await officers(world) == ["south"] * 3


async def test_the_board_of_another_clinic_is_such_a_read_and_ones_own_is_not(world: World) -> None:
    ana = await world.signed_in("ma-ana")
    assert (await ana.get("/ui/board/north")).status_code == 200
    assert await attempts(world) == []
    assert (await ana.get("/ui/board/south")).status_code == 403
    assert [row.what["case_id"] for row in await attempts(world)] == [None]
    assert await officers(world) == ["south"]


async def test_programs_and_clinics_that_do_not_exist_make_no_incident(world: World) -> None:
    ana = await world.signed_in("ma-ana")
    await ana.get("/ui/board/nowhere")
    async with world.http(**world.token("analyst", ["north"])) as program:
        assert (await program.get("/ui/board/south")).status_code == 403
    assert await attempts(world) == []


async def test_a_store_that_is_away_does_not_open_the_chart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = await world.signed_in("ma-ana")

    def away() -> None:
        raise StoreUnavailable("Expected the database to answer, but the test took it away")

    monkeypatch.setattr(world.store, "intake", away)
    assert (await ana.get("/ui/board/south")).status_code == 403
