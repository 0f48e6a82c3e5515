"""Whatever wrong comes in, whoever sent it is told what was expected, and the next right thing is taken.

The doors, all agents and the screens run in one process over a store in memory.
"""

from __future__ import annotations

import contextlib
import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from typer.testing import CliRunner

from clinicflow.agents import all_agents
from clinicflow.codec import encode, from_json
from clinicflow.data import data_dir
from clinicflow.gateway import mllp
from clinicflow.gateway.body import MAX_BODY
from clinicflow.gateway.clients import Answer, MllpClient
from clinicflow.gateway.commands import app as gateway_commands
from clinicflow.live.inbox import Inbox
from clinicflow.store.bundle_commands import app as bundle_commands
from tests.gateway.support import message, pid, pv1
from tests.web.kit import World, a_world

FURLONG = "OBX|1|NM|8310-5^T^LN||38|furlong|||||F|||20260921071000"
VITALS: dict[str, Any] = {"heart_rate": {"value": 72, "unit": "/min"}, "temp": {"value": 36.8, "unit": "Cel"}}


class House(msgspec.Struct):
    """The network, a client of its HTTP door and a sender at its MLLP door."""

    world: World
    client: httpx.AsyncClient
    sender: MllpClient

    async def tells(self, type_: str, **fields: Any) -> httpx.Response:
        """An event of the north clinic over HTTP; the answer tells its outcome."""
        event = {"type": type_, "clinic_id": "north", "occurred_at": self.world.now(), **fields}
        return await self.client.post("/v1/events", json=event)

    async def visit(self, **fields: Any) -> dict[str, str]:
        """Somebody checked in and roomed: case and patient."""
        about = {"case_id": str(uuid.uuid4()), "patient_id": str(uuid.uuid4())}
        assert (await self.tells("checked-in", identifiers_matched=2, **about, **fields)).status_code == 200
        assert (await self.tells("roomed", room_id="n-1", **about)).status_code == 200
        return about

    async def hl7(self, text: str | bytes) -> Answer:
        """A message over MLLP."""
        return await self.sender.send(text if isinstance(text, bytes) else text.encode())

    async def goes_on(self) -> None:
        """The next right event and the next right message are taken."""
        assert (await self.tells("checked-in", identifiers_matched=2, case_id=str(uuid.uuid4()))).status_code == 200
        number = str(uuid.uuid4())[:8]
        right = message("ADT^A01", "EVN||20260921070500", pid(number), pv1(visit=f"V-{number}"), control=number)
        assert (await self.hl7(right)).code == "AA"
        await self.world.settle()
        assert (await self.world.store.health()).unplaced == 0


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The demo network at work, and how to reach it."""
    async with a_world(tmp_path) as world, contextlib.AsyncExitStack() as stack:
        feed = (await world.services.bundles.in_force("demo")).feeds["demo-his"]
        door = await mllp.serve(world.services, [feed], any_port=True)
        stack.push_async_callback(door.stop)
        sender = MllpClient("127.0.0.1", door.ports["demo-his"])
        stack.push_async_callback(sender.close)
        client = await stack.enter_async_context(world.http(**world.token("integration"), Prefer="wait=10"))
        yield House(world, client, sender)


def told(answer: httpx.Response, status: int) -> dict[str, str]:
    """What was expected, by field, of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {problem["path"]: problem["expected"] for problem in answer.json()["problems"]}


@pytest.mark.asyncio
async def test_unknown_type_and_unknown_field(house: House) -> None:
    visit = await house.visit()
    assert "roomed" in told(await house.tells("romed", **visit), 422)["type"]
    assert "heart_rate" in told(await house.tells("vitals-taken", pulse=72, **visit), 422)["pulse"]
    await house.goes_on()


@pytest.mark.asyncio
async def test_wrong_unit_and_wrong_code(house: House) -> None:
    visit = await house.visit()
    wrong = {"temp": {"value": 98.6, "unit": "F"}, "consciousness": "asleep"}
    problems = told(await house.tells("vitals-taken", **wrong, **visit), 422)
    assert "Cel" in problems["temp"]
    assert problems["consciousness"].endswith("A, C, V, P, U")
    assert "Cel" in told(await house.tells("vitals-taken", temp={"value": 37}, **visit), 422)["temp"]
    await house.goes_on()


@pytest.mark.asyncio
async def test_missing_case(house: House) -> None:
    assert "case" in told(await house.tells("vitals-taken", **VITALS), 422)["case_id"]
    unknown = [{"authority": "demo-visit", "kind": "visit", "value": "nobody's"}]
    assert "earlier event" in told(await house.tells("vitals-taken", identifiers=unknown, **VITALS), 422)["identifiers"]
    await house.goes_on()


@pytest.mark.asyncio
async def test_unknown_clinic_and_room(house: House) -> None:
    visit = await house.visit()
    assert told(await house.tells("roomed", **{**visit, "clinic_id": "west", "room_id": "n-1"}), 422)["clinic_id"]
    assert "n-1" in told(await house.tells("roomed", **visit, room_id="s-1"), 422)["room_id"]
    nowhere = message("ADT^A01", "EVN||20260921070500", pid(), pv1("WEST"), sender="WEST")
    assert (await house.hl7(nowhere)).code == "AR"
    assert "PV1-3" in (await house.world.store.dead_letters())[0].reason
    await house.goes_on()


@pytest.mark.asyncio
async def test_oversize_and_truncated(house: House) -> None:
    json = {"Content-Type": "application/json"}
    assert (
        str(MAX_BODY)
        in told(await house.client.post("/v1/events", content=b" " * (MAX_BODY + 1), headers=json), 413)[""]
    )
    assert told(await house.client.post("/v1/events", content=b'{"type": "roo', headers=json), 400)[""]
    huge = await house.hl7(message("ADT^A01", pid(), pv1(), "NTE|1||" + "x" * (1024 * 1024)))
    assert (huge.code, huge.reason) == ("AR", "Expected at most 1048576 bytes in a message")
    cut = await house.hl7(message("ADT^A01", "EVN||20260921070500")[:40])
    assert cut.code == "AR"
    await house.goes_on()


@pytest.mark.asyncio
async def test_wrong_fingerprint_and_bytes_cut_off_on_the_inbox_topic(house: House) -> None:
    now = house.world.now()
    envelope = {"event_id": str(uuid.uuid4()), "org_id": "demo", "clinic_id": "north", "case_id": str(uuid.uuid4())}
    times = {"occurred_at": now, "recorded_at": now, "source_system": "program"}
    right = encode(from_json({"type": "checked-in", "identifiers_matched": 2, **envelope, **times}))
    wrong = [right[:2] + b"\0" * 8 + right[10:], right[:-2], right + b"\0", b"", b"x" * 300_000]

    class Put(msgspec.Struct):
        value: bytes
        offset: int
        partition: int = 0
        timestamp: int = 0

    inbox = Inbox(house.world.store, "nowhere:1", house.world.now)
    await inbox._journal([Put(value, at) for at, value in enumerate([*wrong, right])])

    letters = await house.world.store.dead_letters()
    assert sorted(letter.reason.split(": ", 1)[1][:30] for letter in letters) == sorted(
        [
            "Expected the fingerprint of a ",
            "Expected a whole checked-in an",
            "Expected a whole checked-in an",
            "Expected an event of 1 to 2621",
            "Expected an event of 1 to 2621",
        ]
    )
    await house.world.settle()
    outcome = await house.world.store.outcome("demo", envelope["event_id"])
    assert outcome is not None
    assert outcome.state == "applied"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"PID|1||70001^^^DEMO^MR\r", "Expected a message that begins with an MSH segment"),
        (b"MSH", "Expected MSH with its delimiters, but the segment is too short"),
        (b"MSH|||||\r", "Expected one to five encoding characters in MSH-2, but found 0"),
        (b"MSH|^~\\&|HIS|NORTH|CF|DEMO|20260921071000|||C-9|P|2.5.1\r", "Expected a message type and trigger in MSH-9"),
        (message("ADT^A01", "EVN||yesterday", pid(), pv1()).encode(), "Expected YYYYMMDDHHMM"),
        (message("ADT^A01", "EVN||20260921070500", "PID|1||||", pv1()).encode(), "medical record number in PID-3"),
        (message("ORU^R01", pid(), pv1(), "OBR|1|||VITALS", FURLONG).encode(), "Expected a UCUM unit"),
        (message("ADT^A02", "EVN||20260921070500", pid(), pv1("NORTH^99")).encode(), "maps to a room"),
    ],
)  # fmt: skip
async def test_malformed_hl7(house: House, raw: bytes, expected: str) -> None:
    assert (await house.hl7(message("ADT^A01", "EVN||20260921070400", pid(), pv1(), control="A-0"))).code == "AA"

    answer = await house.hl7(raw)

    assert answer.code == "AR"
    assert expected in answer.reason
    (letter,) = await house.world.store.dead_letters()
    assert letter.reason == answer.reason
    await house.goes_on()


@pytest.mark.asyncio
async def test_a_message_about_another_patient_than_the_visits(house: House) -> None:
    assert (await house.hl7(message("ADT^A01", "EVN||20260921070500", pid("70001"), pv1(visit="V-7")))).code == "AA"
    reading = ("OBR|1|||VITALS|||20260921071000", "OBX|1|NM|8867-4^HR^LN||90|/min|||||F|||20260921071000")

    answer = await house.hl7(
        message("ORU^R01", pid("70002", "Else^Somebody"), pv1(visit="V-7"), *reading, control="C-2")
    )

    assert (answer.code, "PID-3 to name the patient" in answer.reason) == ("AR", True)
    assert (await house.hl7(message("ORU^R01", pid("70001"), pv1(visit="V-7"), *reading, control="C-3"))).code == "AA"
    await house.goes_on()


@pytest.mark.asyncio
async def test_an_event_about_another_patient_than_the_cases(house: House) -> None:
    visit = await house.visit()
    other = await house.visit()
    wrong = {**visit, "patient_id": other["patient_id"]}
    assert "the patient of the case" in told(await house.tells("vitals-taken", **VITALS, **wrong), 422)["patient_id"]
    assert (await house.tells("vitals-taken", **VITALS, **visit)).status_code == 200
    await house.goes_on()


@pytest.mark.asyncio
async def test_a_second_check_in_of_the_same_visit(house: House) -> None:
    visit = await house.visit()
    answer = await house.tells("checked-in", identifiers_matched=2, **visit)
    assert "it is checked in" in told(answer, 409)["flow"]
    assert (await house.tells("vitals-taken", **VITALS, **visit)).status_code == 200
    await house.goes_on()


@pytest.mark.asyncio
async def test_a_task_claimed_twice_and_completed_again(house: House) -> None:
    # given a task that one assistant holds
    visit = await house.visit()
    (row,) = await house.world.tasks("take-vitals", visit["case_id"])
    first, second = await two_assistants(house.world)
    task = {"task_id": row.task.task_id}
    assert (await first.post("/v1/events", json={"type": "task-claim-requested", **task})).status_code == 200

    # when another claims it, they are told by whom it is held
    refused = told(await second.post("/v1/events", json={"type": "task-claim-requested", **task}), 409)
    assert f"{await holder(house.world, row.task.task_id)} holds it" in refused["vitals"]

    # when it is completed, and once more with the same event, and with another
    measured = (await house.tells("vitals-taken", **VITALS, **visit)).json()["event_id"]
    done = {"type": "task-completion-requested", "closing_event_id": measured, **task}
    assert (await first.post("/v1/events", json=done)).status_code == 200
    again = (await house.tells("vitals-taken", **VITALS, **visit)).json()["event_id"]
    ended = told(await first.post("/v1/events", json={**done, "closing_event_id": again}), 409)
    assert ended["vitals"] == "Expected an open task, but it is completed."

    # then nothing about the task has changed
    kept = await house.world.store.task("demo", row.task.task_id)
    assert (kept.task.status, kept.task.closing) == ("completed", measured)
    await house.goes_on()


@pytest.mark.asyncio
async def test_a_request_for_an_agent_or_a_task_that_does_not_exist(house: House) -> None:
    visit = await house.visit()
    (row,) = await house.world.tasks("take-vitals", visit["case_id"])
    first, _ = await two_assistants(house.world)
    request = {"type": "task-claim-requested", "task_id": row.task.task_id}
    nobody = told(await first.post("/v1/events", json={**request, "agent": "astrology"}), 422)
    assert nobody == {"agent": "one of " + ", ".join(sorted(all_agents()))}
    stray = told(await first.post("/v1/events", json={**request, "task_id": str(uuid.uuid4())}), 422)
    assert stray == {"task_id": "the id of a task of that agent"}
    await house.goes_on()


@pytest.mark.asyncio
async def test_a_correction_for_another_patient(house: House) -> None:
    visit, other = await house.visit(), await house.visit()
    measured = (await house.tells("vitals-taken", **VITALS, **visit)).json()["event_id"]
    wrong = {**visit, "patient_id": other["patient_id"], "corrects": measured}
    assert "void here" in told(await house.tells("vitals-taken", **VITALS, **wrong), 409)["vitals"]
    elsewhere = {**other, "corrects": measured, "reason": "wrong_patient"}
    await house.tells("event-voided", **elsewhere)
    assert await house.world.tasks("take-vitals", visit["case_id"]) == [], "what was measured still stands"

    # when it is voided where it was entered, the measurement is to be taken again
    right = {**visit, "corrects": measured, "reason": "wrong_patient"}
    assert (await house.tells("event-voided", **right)).status_code == 200
    assert len(await house.world.tasks("take-vitals", visit["case_id"])) == 1
    await house.goes_on()


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("protocols/core/vitals.yaml", "on: [roomed]", "on: [romed]", "8: unknown event 'romed'; expected one of"),
        ("protocols/core/vitals.yaml", "case.roomings", "case.roomngs", "9: unknown field of case 'roomngs'"),
        ("bundle/feeds/demo-his.yaml", "a01: checked-in", "a01: checkedin", "8: Expected one of checked-in"),
        ("bundle/feeds/demo-his.yaml", '"NORTH^1": n-1', '"NORTH^1": n-99', "14: unknown room 'n-99'"),
        ("bundle/feeds/demo-his.yaml", "zone: America", "zone: Amerika", "5: Expected an IANA time zone"),
    ],
)  # fmt: skip
def test_a_protocol_or_feed_file_with_an_error(tmp_path: Path, file: str, old: str, new: str, line: str) -> None:
    shutil.copytree(data_dir("bundles") / "demo", tmp_path / "bundle")
    shutil.copytree(data_dir("protocols"), tmp_path / "protocols")
    changed = tmp_path / file
    text = changed.read_text("utf-8")
    assert old in text
    changed.write_text(text.replace(old, new, 1), "utf-8")

    words = ["bundle", "check", str(tmp_path / "bundle"), "--protocols", str(tmp_path / "protocols")]
    checked = CliRunner().invoke(bundle_commands, words)

    assert checked.exit_code == 1
    assert f"{'/'.join(Path(file).parts[1:])}:{line}" in checked.output
    assert "nothing was applied" in checked.output


def test_an_undeclared_feed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINICFLOW_HOME", str(tmp_path))
    (tmp_path / "mllp-ports.json").write_text('{"demo-his": 1}', "utf-8")
    (tmp_path / "one.hl7").write_text(message("ADT^A01"), "utf-8")

    sent = CliRunner().invoke(gateway_commands, ["send", str(tmp_path / "one.hl7"), "--feed", "harbour"])

    assert sent.exit_code == 3
    assert "Expected a feed of the running system (demo-his), but got harbour" in sent.output


async def two_assistants(world: World) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    """Two medical assistants who are at work in the north clinic now."""
    bundle = await world.services.bundles.get("demo")
    ids = [one for one in bundle.staffing.on_site("north", world.now()) if bundle.staff_all[one]["role"] == "MA"]
    clients = [await world.signed_in(one) for one in ids[:2]]
    for client in clients:
        client.headers["Prefer"] = "wait=10"
    return clients[0], clients[1]


async def holder(world: World, task_id: str) -> str:
    """Who holds a task."""
    row = await world.store.task("demo", task_id)
    assert row is not None
    return str(row.task.owner)
