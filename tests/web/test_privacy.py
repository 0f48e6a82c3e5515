"""A canary in every field that may hold something personal reaches no public screen, log, metric or address."""

from __future__ import annotations

import logging
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import generate_latest

from clinicflow import telemetry
from clinicflow.store.rows import Personal
from tests.web.kit import World, a_world
from tests.web.serving import messages, served, until

pytestmark = pytest.mark.asyncio


def canary(*what: object) -> str:
    return "CANARY" + "".join(str(each).upper().replace("-", "") for each in what)


async def a_patient(world: World, number: int) -> dict[str, str]:
    """Somebody whose every text is a canary; one of three has a name for a ticket, one a name for a room."""
    case_id, patient_id = str(uuid.uuid4()), f"{canary('pid', number)}"
    ticket = {0: f"KT{number:02}", 1: canary("ticket", number), 2: f"BZ{number:02}"}[number % 3]
    about: dict[str, Any] = {"patient_id": patient_id, "source_message_id": canary("message", number)}
    await world.tell("patient-arrived", case_id, mode="walk_in", visit_type=canary("visit", number), **about)
    await world.tell("ticket-issued", case_id, ticket=ticket, display_consent=True, language="en", **about)
    await world.tell("checked-in", case_id, identifiers_matched=2, preferred_staff=canary("staff", number), **about)
    room = canary("room", number) if number % 3 == 2 else f"n-{number % 6 + 1}"
    await world.tell("room-assigned", case_id, room_id=room, **about)
    async with world.store.intake() as transaction:
        fields = ("name", "birth_date", "phone", "record_number", "note")
        await transaction.put_personal(
            [Personal("demo", patient_id, f"{patient_id}-{field}", field, canary(field, number)) for field in fields]
        )
    return {"case_id": case_id, "patient_id": patient_id}


async def test_nothing_personal_is_in_frames_pages_logs_metrics_or_addresses(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    telemetry.configure("DEBUG")
    caplog.set_level(logging.DEBUG)
    heard: list[bytes] = []
    asked: list[str] = []

    async def note(response: httpx.Response) -> None:
        asked.append(f"{response.request.url} {response.headers}")

    hooks = {"response": [note]}
    async with a_world(tmp_path) as world, served(world.app) as base:  # noqa: SIM117 - the client needs the address
        async with httpx.AsyncClient(base_url=base, event_hooks=hooks, timeout=30) as screen:
            stream = messages(screen, "/ui/display/north/stream")
            for number in range(30):
                await a_patient(world, number)
            await world.settle()
            staff = await world.signed_in("ma-ana")
            board = await staff.get("/ui/board/north")
            frames = await until(stream, lambda m: m.event == "frame" and len(m.data["entries"]) == 20)
            await stream.aclose()
            for path in ("/", "/display/north", "/ui/display/north", "/ui/start", "/ui/display/nowhere"):
                heard.append((await screen.get(path)).content)

    captured = capsys.readouterr()
    public = b"".join([*heard, repr(frames).encode(), generate_latest(), repr(asked).encode()])
    logs = caplog.text + captured.out + captured.err
    assert "CANARYNAME0" in board.text, "the staff screen does show names, so the canaries were there to be found"
    assert b"CANARY" not in public
    assert "CANARY" not in logs
    tickets = {entry["ticket"] for message in frames if message.event == "frame" for entry in message.data["entries"]}
    assert len(tickets) == 20, "those with a name for a ticket are not shown at all"
