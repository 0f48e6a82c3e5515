"""What staff screens are given, and to whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from clinicflow.core.ids import room_case
from clinicflow.store.rows import Personal
from tests.web.kit import World, a_world

pytestmark = pytest.mark.asyncio


async def named(world: World, patient_id: str, name: str) -> None:
    async with world.store.intake() as transaction:
        await transaction.put_personal([Personal("demo", patient_id, f"ref-{patient_id}", "name", name)])


async def roomed(world: World, ticket: str = "KT47") -> dict[str, str]:
    """A patient in room 1."""
    visit = await world.arrival(ticket, ago=20)
    about: dict[str, Any] = {"patient_id": visit["patient_id"]}
    await world.tell("checked-in", visit["case_id"], ago=15, identifiers_matched=2, **about)
    await world.tell("roomed", visit["case_id"], ago=5, room_id="n-1", **about)
    await world.settle()
    return visit


async def test_a_board_shows_tasks_visits_rooms_colleagues_and_names(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        visit = await roomed(world)
        await named(world, visit["patient_id"], "Imani Okafor")
        board = (await (await world.signed_in("ma-ana")).get("/ui/board/north")).json()

    (task,) = [each for each in board["tasks"] if each["activity"] == "take-vitals"]
    assert task["titles"]["es"]
    assert (task["closing"], task["roles"], task["status"]) == ("vitals-taken", ["MA"], "requested")
    assert [(one["ticket"], one["stage"], one["room_id"]) for one in board["visits"]] == [("KT47", "roomed", "n-1")]
    waiting = board["visits"][0]["waiting"]
    assert (waiting["activity"], waiting["reason"], waiting["overdue"]) == ("collect-copay", "not-taken", True)
    assert board["names"] == {visit["patient_id"]: "Imani Okafor"}
    assert board["rooms"]["n-1"] == "Room 1"
    assert board["staff"]["ma-ana"] == {"name": "Ana P.", "role": "MA", "lead": False}
    assert board["me"]["id"] == "ma-ana"
    assert "fd-hana" not in board["staff"], "colleagues of other clinics are not listed"


async def test_each_reading_of_names_is_audited_and_a_board_without_patients_reads_none(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        client = await world.signed_in("ma-ana")
        await client.get("/ui/board/north")
        nobody = list(world.store._tables.audit)
        visit = await roomed(world)
        await named(world, visit["patient_id"], "Imani Okafor")
        await client.get("/ui/board/north")
        audited = list(world.store._tables.audit)

    assert nobody == []
    (row,) = audited
    assert (row.actor_id, row.action, row.what["purpose"]) == ("staff:ma-ana", "read-personal", "board")
    assert row.what["patients"] == [visit["patient_id"]]


async def test_who_comes_back_is_on_the_board_again_until_the_second_check_out(tmp_path: Path) -> None:
    def on_screens(board: dict[str, Any]) -> tuple[Any, ...]:
        (visit,) = board["visits"]
        desk = [task["status"] for task in board["tasks"] if task["activity"] == "checkout"]
        return visit["stage"], visit["over"], visit["ended_at"] is None, desk

    found = []
    async with a_world(tmp_path) as world:
        visit = await world.arrival("KT47", ago=30)
        about: dict[str, Any] = {"patient_id": visit["patient_id"]}
        await world.tell("checked-in", visit["case_id"], ago=25, identifiers_matched=2, **about)
        client = await world.signed_in("fd-lena")
        for kind, fields in (
            ("checked-out", {}),
            ("checkout-reversed", {"reason": "came_back"}),
            ("checked-out", {}),
        ):
            answer = await client.post("/v1/events", json={"type": kind, **visit, **fields})
            assert answer.status_code == 202, answer.text
            await world.shown()
            found.append(on_screens((await client.get("/ui/board/north")).json()))
            here = [view.case_id for view in await world.store.visits("demo", "north")]
            gone = [view.case_id for view in await world.store.ended_visits("demo", 0)]
            assert (here, gone) == (([visit["case_id"]], []) if found[-1][2] else ([], [visit["case_id"]]))
            frame = (await client.get("/ui/display/north")).json()["frame"]
            assert [entry["ticket"] for entry in frame["entries"]] == (["KT47"] if found[-1][2] else [])
    assert found == [
        ("checked-out", True, False, []),
        ("checked-in", False, True, ["requested"]),
        ("checked-out", True, False, []),
    ]


async def test_the_task_of_a_room_says_which_room(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await world.tell("room-vacated", room_case("demo", "n-2"), precautions="standard")
        await world.settle()
        board = (await (await world.signed_in("ma-ana")).get("/ui/board/north")).json()

    assert [(one["activity"], one["room_id"], one["closing"]) for one in board["tasks"]] == [
        ("clean-room", "n-2", "room-cleaned")
    ]


async def status(client: httpx.AsyncClient, path: str, headers: dict[str, str] | None = None) -> int:
    return (await client.get(path, headers=headers)).status_code


async def test_who_may_see_which_screen(tmp_path: Path) -> None:
    async with a_world(tmp_path, demo=False) as world:
        nobody = world.http()
        screen, analyst, sender = (
            world.token("display", ["north"]),
            world.token("analyst", ["north"]),
            world.token("integration"),
        )
        seen = {
            "nobody, display": await status(nobody, "/ui/display/north"),
            "nobody, stream": await status(nobody, "/ui/display/north/stream"),
            "nobody, board": await status(nobody, "/ui/board/north"),
            "nobody, start": await status(nobody, "/ui/start"),
            "nobody, form": await status(nobody, "/ui/forms/vitals-taken"),
            "screen, its display": await status(nobody, "/ui/display/north", screen),
            "screen, other display": await status(nobody, "/ui/display/south", screen),
            "screen, board": await status(nobody, "/ui/board/north", screen),
            "screen, start": await status(nobody, "/ui/start", screen),
            "analyst, board": await status(nobody, "/ui/board/north", analyst),
            "analyst, other board": await status(nobody, "/ui/board/south", analyst),
            "analyst, display": await status(nobody, "/ui/display/north", analyst),
            "sender, board": await status(nobody, "/ui/board/north", sender),
            "sender, display": await status(nobody, "/ui/display/north", sender),
            "token in the address": await status(nobody, "/ui/display/north?token=x", screen),
        }

    assert seen == {
        "nobody, display": 401,
        "nobody, stream": 401,
        "nobody, board": 401,
        "nobody, start": 401,
        "nobody, form": 401,
        "screen, its display": 200,
        "screen, other display": 403,
        "screen, board": 403,
        "screen, start": 403,
        "analyst, board": 200,
        "analyst, other board": 403,
        "analyst, display": 200,
        "sender, board": 403,
        "sender, display": 403,
        "token in the address": 401,
    }


async def test_in_a_demo_displays_and_start_page_are_open_but_boards_are_not(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        nobody = world.http()
        far = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=world.app, client=("192.0.2.7", 1)), base_url="http://127.0.0.1"
        )
        start = (await nobody.get("/ui/start")).json()
        seen = [await status(nobody, path) for path in ("/ui/display/north", "/ui/board/north", "/ui/display/moon")]
        from_afar = [await status(far, path) for path in ("/ui/display/north", "/ui/start")]

    assert seen == [200, 401, 404]
    assert from_afar == [401, 401]
    assert [clinic["id"] for clinic in start["clinics"]] == ["east", "north", "south"]
    assert start["on_shift"]


async def test_the_start_page_counts_what_is_there(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await roomed(world)
        await world.arrival("BZ22")
        await world.settle()
        start = (await world.http().get("/ui/start")).json()
        open_tasks = len(await world.store.tasks("demo", clinic_id="north"))

    north = next(clinic for clinic in start["clinics"] if clinic["id"] == "north")
    assert (north["patients"], north["waiting"], north["tasks"]) == (2, 1, open_tasks)
    assert 0 < north["overdue"] <= open_tasks


async def test_a_form_is_made_from_the_schema_with_units_and_without_the_envelope(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        client = await world.signed_in("ma-ana")
        vitals = (await client.get("/ui/forms/vitals-taken")).json()
        claim = (await client.get("/ui/forms/task-decline-requested")).json()
        missing = [await status(client, f"/ui/forms/{name}") for name in ("nothing", "timer-fired", "case-opened")]

    fields = {field["name"]: field for field in vitals["fields"]}
    assert fields["temp"] == {
        "name": "temp",
        "kind": "quantity",
        "doc": fields["temp"]["doc"],
        "unit": "Cel",
        "scale": 1,
    }
    assert fields["consciousness"]["symbols"] == ["A", "C", "V", "P", "U"]
    assert fields["note"]["kind"] == "note"
    assert not {"event_id", "occurred_at", "originals", "actor_id"} & set(fields)
    reason = next(field for field in claim["fields"] if field["name"] == "reason")
    assert (reason["kind"], reason["required"]) == ("choice", True)
    assert "on_shift" not in {field["name"] for field in claim["fields"]}, "intake writes that"
    assert missing == [404, 404, 404]


async def test_a_form_for_a_task_knows_what_its_cause_told_but_no_measurement(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        visit = await roomed(world)
        (task,) = await world.tasks("take-vitals")
        about: dict[str, Any] = {"patient_id": visit["patient_id"]}
        vitals = await world.tell("vitals-taken", visit["case_id"], temp={"value": "41.2", "unit": "Cel"}, **about)
        await world.settle()
        client = await world.signed_in("rn-iris")
        flagged = next(row for row in await world.store.tasks("demo") if row.task.critical)
        form = (await client.get(f"/ui/forms/critical-vitals-acknowledged?task={flagged.task.task_id}")).json()
        again = (await client.get(f"/ui/forms/vitals-taken?task={task.task.task_id}")).json()

    values = {field["name"]: field.get("value") for field in form["fields"]}
    assert values["flag_event"] == flagged.task.cause
    assert flagged.task.cause != vitals
    assert {field.get("value") for field in again["fields"] if field["kind"] == "quantity"} == {None}


async def test_why_leads_from_the_task_through_what_was_done_to_the_first_event(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        visit = await roomed(world)
        vitals = await world.tell(
            "vitals-taken", visit["case_id"], patient_id=visit["patient_id"], temp={"value": "41.2", "unit": "Cel"}
        )
        await world.settle()
        flagged = next(row for row in await world.store.tasks("demo") if row.task.critical)
        client = await world.signed_in("rn-iris")
        why = (await client.get(f"/ui/tasks/{flagged.task.task_id}/why")).json()
        chain = (await client.get(f"/ui/why?event={vitals}")).json()["chain"]
        unknown = await client.get("/ui/tasks/00000000-0000-0000-0000-000000000000/why")
        elsewhere = await (await world.signed_in("fd-hana")).get(f"/ui/tasks/{flagged.task.task_id}/why")

    assert [link["type"] for link in why["chain"]] == [
        "vitals-critical-flagged",
        "vitals-taken",
        "roomed",
        "checked-in",
        "patient-arrived",
    ]
    assert why["chain"][1]["facts"]["temp"] == {"value": 41.2, "unit": "Cel"}
    assert why["chain"][1]["through"]["activity"] == "take-vitals"
    assert why["rule"]["id"] == flagged.task.rule
    assert (why["rule"]["protocol"], why["rule"]["bundle"]) == ("vitals", 1)
    assert why["rule"]["titles"]["id"]
    assert [link["event_id"] for link in chain] == [link["event_id"] for link in why["chain"][1:]]
    assert unknown.status_code == 404
    assert elsewhere.status_code == 404


async def test_who_supervises_a_task_is_told_by_board_why_and_sheet(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await roomed(world)
        (row,) = await world.tasks("take-vitals")
        ana = await world.signed_in("ma-ana")
        asked = {"type": "task-start-requested", "task_id": row.task.task_id}
        assert (await ana.post("/v1/events", json=asked)).status_code == 202
        await world.shown()
        board = (await ana.get("/ui/board/north")).json()
        why = (await ana.get(f"/ui/tasks/{row.task.task_id}/why")).json()
        sheet = (await ana.get("/v1/staff/ma-ana/sheet?clinic_id=north")).json()
        on_site = (await world.services.bundles.get("demo")).staffing.on_site("north", world.now())

    first = next(name for name in on_site if board["staff"][name]["role"] in ("PRV", "PHY"))
    (shown,) = [each for each in board["tasks"] if each["task_id"] == row.task.task_id]
    (line,) = [each for each in sheet["tasks"] if each["task_id"] == row.task.task_id]
    assert (shown["supervisor"], why["supervisor"], line["supervisor"]) == (first, first, first)
    assert (why["owner"], why["scope_rule"]) == ("ma-ana", "ca-ma-support")
    assert board["staff"][first]["name"] != first
