"""The board's work list comes in the order of the core's ranking, with reasons, and again as soon as it changes."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from clinicflow.auth import Principal
from clinicflow.core.ranking import policy_of
from clinicflow.web import work_list
from clinicflow.web.work_list import WorkList
from tests.web.kit import MINUTE, a_world
from tests.web.serving import messages, served, until
from tests.web.test_board_routes import roomed

ANA = Principal("demo", "staff", "ma-ana", "MA", ("north",), ("board:read",))


@pytest.mark.asyncio
async def test_a_board_comes_ranked_and_every_task_says_why(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        later = await roomed(world, "BZ22")
        first = await world.arrival("KT47", ago=60)
        for type_, ago, fields in (("checked-in", 50, {"identifiers_matched": 2}), ("roomed", 2, {"room_id": "n-2"})):
            await world.tell(type_, first["case_id"], ago=ago, patient_id=first["patient_id"], **fields)
        await world.settle()
        client = await world.signed_in("ma-ana")
        board = (await client.get("/ui/board/north")).json()
        cases = {task["task_id"]: (task["activity"], task["case_id"]) for task in board["tasks"]}
        vitals = [cases[name][1] for name in board["ranked"]["order"] if cases[name][0] == "take-vitals"]
        name = next(one for one, told in cases.items() if told == ("take-vitals", first["case_id"]))
        why = (await client.get(f"/ui/tasks/{name}/why")).json()

    assert set(board["ranked"]["order"]) == set(cases) == set(board["ranked"]["reasons"])
    assert vitals == [first["case_id"], later["case_id"]], "who came first is first"
    assert why["reasons"] == board["ranked"]["reasons"][name]
    (waits,) = [reason for reason in why["reasons"] if reason["kind"] == "waits"]
    assert abs(waits["at"] - (world.now() - 60 * MINUTE)) < MINUTE


@pytest.mark.asyncio
async def test_the_order_is_that_of_the_person_who_looks(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        visit = await roomed(world)
        ana, dewi = await world.signed_in("ma-ana"), await world.signed_in("ma-dewi")
        (row,) = await world.tasks("take-vitals", visit["case_id"])
        asked = {"type": "task-claim-requested", "task_id": row.task.task_id}
        await ana.post("/v1/events", json=asked, headers={"Prefer": "wait=10"})
        await world.shown()
        boards = [(await each.get("/ui/board/north")).json() for each in (ana, dewi)]

    kinds = [
        {
            reason["kind"]
            for name, told in board["ranked"]["reasons"].items()
            if name != row.task.task_id
            for reason in told
        }
        for board in boards
    ]
    assert "same-patient" in kinds[0]
    assert "same-patient" not in kinds[1]


@pytest.mark.asyncio
async def test_a_board_has_the_line_of_who_waits_and_time_alone_changes_it(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        cases = {}
        for ticket, ago in (("BB22", 10), ("CC33", 30)):
            cases[ticket] = (await world.arrival(ticket, ago=ago))["case_id"]
        await roomed(world, "DD44")
        await world.settle()
        client = await world.signed_in("ma-ana")
        line = (await client.get("/ui/board/north")).json()["ranked"]["line"]
        list_ = WorkList(await world.hub.mirror("demo"), "north", ANA)
        list_.news((), world.now())
        later = list_.news((), world.now() + 20 * MINUTE)

    assert [one["case_id"] for one in line] == [cases["CC33"], cases["BB22"]], "who is in a room stands in no line"
    assert [reason["kind"] for one in line for reason in one["reasons"]] == ["waits", "waits"]
    assert later is not None
    assert [reason.kind for one in later.line for reason in one.reasons] == ["waited-long", "waits"]


@pytest.mark.asyncio
async def test_a_screen_hears_the_new_order_before_the_change(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world, served(world.app) as base:
        signed = await world.signed_in("ma-ana")
        async with httpx.AsyncClient(base_url=base, cookies=signed.cookies, timeout=30) as client:
            await roomed(world)
            start = (await client.get("/ui/board/north")).json()
            stream = messages(client, "/ui/board/north/stream", **{"Last-Event-ID": start["cursor"]})
            await world.arrival("BZ22")
            known = set(start["ranked"]["order"])
            found = await until(
                stream, lambda m: m.event == "change" and {t["task_id"] for t in m.data["tasks"]} - known
            )
            await stream.aclose()

    ranked = [message.data for message in found if message.event == "ranked"]
    new = {task["task_id"] for task in found[-1].data["tasks"]} - known
    assert new <= set(ranked[-1]["order"])
    assert new <= {name for each in ranked for name in each["reasons"]}


@pytest.mark.asyncio
async def test_what_a_screen_knows_is_not_sent_again_and_time_alone_is_news(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await roomed(world)
        mirror = await world.hub.mirror("demo")
        list_ = WorkList(mirror, "north", ANA)
        now = world.now()
        first = list_.news((), now)
        assert first is not None
        assert list_.news((), now) is None
        assert list_.news((), now + work_list.LOOK_AGAIN) is None, "nothing became another"
        late = now + 60 * MINUTE + policy_of({}).head_after
        again = list_.news((), late)

    assert again is not None
    assert {reason.kind for told in again.reasons.values() for reason in told} >= {"too-long"}
