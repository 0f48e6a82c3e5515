"""The end of the day on the board: a visit that is still open is proposed, and one answer of a person settles it."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from clinicflow.live.timekeeper import fired
from tests.web.kit import World, a_world

pytestmark = pytest.mark.asyncio

DAY = 24 * 3600 * 1_000_000


async def left_open(world: World) -> tuple[dict[str, str], Any]:
    """A visit of the day before, and the proposal to close it; the timekeeper has fired what was due."""
    visit = await world.arrival("KT47", ago=20)
    about: dict[str, Any] = {"patient_id": visit["patient_id"]}
    await world.tell("checked-in", visit["case_id"], ago=15, identifiers_matched=2, **about)
    await world.settle()
    world.ahead += DAY + DAY // 8  # also where a day has 25 hours
    due = await world.store.due(world.now(), 100)
    async with world.store.intake() as transaction:
        await transaction.append([fired(timer, world.now()) for timer in due])
    await world.settle()
    (row,) = await world.tasks("confirm-visit-over", visit["case_id"])
    return visit, row.task


async def answered(world: World, visit: dict[str, str], task: Any, type_: str) -> dict[str, Any]:
    """What the board sends when somebody of the desk clicks on an answer; the server's answer."""
    event_id = str(uuid.uuid4())
    fact = {"type": type_, "event_id": event_id, **visit}
    request = {"type": "task-completion-requested", "task_id": task.task_id, "closing_event_id": event_id}
    client = await world.signed_in(await world.on_shift("FD"))
    answer = await client.post("/v1/events", json=[fact, request], headers={"Prefer": "wait=10"})
    assert answer.status_code == 200, answer.text
    await world.settle()
    found: dict[str, Any] = answer.json()
    return found


async def test_the_board_shows_the_proposal_with_what_is_known(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        visit, task = await left_open(world)
        client = await world.signed_in(await world.on_shift("FD"))
        board = (await client.get("/ui/board/north")).json()
    (shown,) = [each for each in board["tasks"] if each["task_id"] == task.task_id]
    assert (shown["closing"], sorted(shown["titles"])) == ("patient-still-here", ["en", "es", "id"])
    (about,) = [each for each in board["visits"] if each["case_id"] == visit["case_id"]]
    assert (about["ticket"], about["stage"], about["over"]) == ("KT47", "checked-in", False)


async def test_left_unseen_by_one_click_ends_the_visit_and_the_proposal(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        visit, task = await left_open(world)
        await answered(world, visit, task, "left-without-being-seen")
        assert (await world.store.task("demo", task.task_id)).task.status == "completed"
        assert await world.store.visits("demo", "north") == []


async def test_still_here_by_one_click_keeps_the_visit_open(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        visit, task = await left_open(world)
        await answered(world, visit, task, "patient-still-here")
        done = (await world.store.task("demo", task.task_id)).task
        assert (done.status, done.doers != ()) == ("completed", True)
        assert [view.case_id for view in await world.store.visits("demo", "north")] == [visit["case_id"]]
        assert any(timer.rule == "propose-closing" for timer in await running(world, visit["case_id"]))


async def running(world: World, case_id: str) -> list[Any]:
    rows = [row async for batch in world.store.all_timers() for row in batch]
    return [row.timer for row in rows if row.case_id == case_id]
