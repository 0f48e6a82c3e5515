"""Who holds what at a clinic, whose break is overdue, and which handovers wait."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from clinicflow.core.ids import endless_case
from tests.web.kit import MINUTE, World, a_world
from tests.web.test_board_routes import roomed

pytestmark = pytest.mark.asyncio


async def take(world: World, staff: str, *activities: str) -> list[str]:
    """Somebody claims one task of each of these activities; the ids."""
    client = await world.signed_in(staff)
    taken = []
    for activity in activities:
        row = next(row for row in await world.tasks(activity) if row.task.owner is None)
        asked = {"type": "task-claim-requested", "task_id": row.task.task_id}
        answer = await client.post("/v1/events", json=asked, headers={"Prefer": "wait=10"})
        assert answer.is_success, answer.text
        await world.shown()
        taken_by = [found.task.owner for found in await world.tasks(activity) if found.task.task_id == row.task.task_id]
        assert taken_by == [staff]
        taken.append(row.task.task_id)
    return taken


async def team(world: World, staff: str = "ma-ana") -> dict[str, Any]:
    """The team as it is now, by member."""
    await world.shown()
    found = (await (await world.signed_in(staff)).get("/ui/team/north")).json()
    return found | {"members": {one["id"]: one for one in found["members"]}}


async def test_a_team_says_what_each_holds_against_the_cap(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await roomed(world)
        free = (await team(world))["free"]
        await take(world, "ma-ana", "take-vitals", "review-allergies")
        found = await team(world)
        on_site = (await world.services.bundles.get("demo")).staffing.on_site("north", world.now())
        world.ahead += 60 * MINUTE
        later = await team(world)

    ana = found["members"]["ma-ana"]
    assert (ana["on_shift"], ana["held"], ana["weight"]) == (True, 2, 2)
    assert found["members"]["ma-dewi"]["held"] == 0
    assert (found["cap"], found["free"]) == (6, free - 2)
    assert set(found["members"]) == set(on_site)
    assert later["members"]["ma-ana"]["overdue"] == 2


async def test_who_has_worked_too_long_without_a_break_is_marked_until_the_break(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        case = endless_case("staff", "demo", "ma-ana")
        await world.tell("workload-threshold-exceeded", case, staff_id="ma-ana", limit="no_break")
        await world.settle()
        tired = await team(world)
        await world.tell("break-started", case, staff_id="ma-ana", actor_id="ma-ana", actor_role="MA")
        await world.settle()
        rested = await team(world)

    assert [name for name, one in tired["members"].items() if one["break_overdue"]] == ["ma-ana"]
    assert not any(one["break_overdue"] for one in rested["members"].values())


async def test_an_offer_is_shown_until_it_is_accepted_with_what_is_still_held(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await roomed(world)
        first, second = await take(world, "ma-ana", "take-vitals", "review-allergies")
        ana, dewi = await world.signed_in("ma-ana"), await world.signed_in("ma-dewi")
        offered = await ana.post("/v1/staff/handover", json={"clinic_id": "north", "to_staff": "ma-dewi"})
        await world.settle()
        (both,) = (await team(world))["offers"]
        given = {"type": "task-release-requested", "task_id": second, "reason": "other"}
        await ana.post("/v1/events", json=given, headers={"Prefer": "wait=10"})
        (one,) = (await team(world))["offers"]
        accepted = await dewi.post(f"/v1/staff/handover/{one['offer_event']}/acceptance", json={})
        await world.settle()
        after = await team(world)

    assert offered.status_code == accepted.status_code == 202
    assert (both["from_staff"], both["to_staff"], set(both["tasks"])) == ("ma-ana", "ma-dewi", {first, second})
    assert one["tasks"] == [first]
    assert after["offers"] == []
    assert (after["members"]["ma-ana"]["held"], after["members"]["ma-dewi"]["held"]) == (0, 1)


async def test_a_team_is_for_those_who_may_see_the_board(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        nobody, screen = await world.http().get("/ui/team/north"), world.token("display", ["north"])
        display = await world.http().get("/ui/team/north", headers=screen)
        elsewhere = await (await world.signed_in("fd-hana")).get("/ui/team/north")

    assert (nobody.status_code, display.status_code, elsewhere.status_code) == (401, 403, 403)


async def test_a_refusal_at_the_door_has_the_code_by_which_screens_translate_it(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        visit = await roomed(world)
        (row,) = await world.tasks("take-vitals", visit["case_id"])
        desk = await world.signed_in(await world.on_shift("FD"))
        event_id = str(uuid.uuid4())
        fact = {"type": "vitals-taken", "event_id": event_id, "temp": {"value": "37.1", "unit": "Cel"}, **visit}
        done = {"type": "task-completion-requested", "task_id": row.task.task_id, "closing_event_id": event_id}
        answer = await desk.post("/v1/events", json=[fact, done])

    assert answer.status_code == 403
    assert [(one["code"], one["path"]) for one in answer.json()["problems"]] == [("role", "[1].task_id")]
