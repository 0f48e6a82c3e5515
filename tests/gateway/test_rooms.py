"""A person does not call a patient into a room that is assigned to another one; what has happened is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from clinicflow.codec.times import text_of
from tests.web.kit import World, a_world
from tests.web.texts import texts_of

pytestmark = pytest.mark.asyncio


async def checked_in(world: World, ticket: str, room: str | None = None) -> dict[str, str]:
    """A visit that waits, or has a room."""
    visit = await world.arrival(ticket)
    about = {"patient_id": visit["patient_id"]}
    await world.tell("checked-in", visit["case_id"], identifiers_matched=2, **about)
    if room is not None:
        await world.tell("room-assigned", visit["case_id"], room_id=room, **about)
    await world.settle()
    return visit


async def choose(
    client: httpx.AsyncClient, visit: dict[str, str], kind: str, room: str, **more: str
) -> tuple[int, Any]:
    """Tell which room a visit has; the status of the answer, and the code of what is wrong."""
    answer = await client.post("/v1/events", json={"type": kind, **visit, "room_id": room, **more})
    problems = answer.json().get("problems") or [{}]
    return answer.status_code, problems[0].get("code")


async def test_a_room_of_another_patient_is_refused_until_it_is_given_up(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        first, second = await checked_in(world, "BB22", "n-3"), await checked_in(world, "CC33")
        desk = await world.signed_in(await world.on_shift("FD"))

        assert await choose(desk, second, "room-assigned", "n-3") == (409, "room-taken")
        assert await choose(desk, first, "room-assigned", "n-3") == (202, None), "its own room"
        assert await choose(desk, second, "room-assigned", "n-4") == (202, None)
        await world.tell("left-without-being-seen", first["case_id"], patient_id=first["patient_id"])
        await world.settle()
        assert await choose(desk, second, "room-assigned", "n-3") == (202, None)
        await world.settle()
        kept = await world.store.visits("demo", "north")

    assert {view.ticket: view.room_id for view in kept} == {"CC33": "n-3"}


async def test_who_is_in_a_room_and_what_a_program_tells_is_kept(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await checked_in(world, "BB22", "n-3")
        child, other = await checked_in(world, "CC33"), await checked_in(world, "DD44")
        assistant = await world.signed_in(await world.on_shift("MA"))
        program = world.http(**world.token("feed"))

        assert await choose(assistant, child, "roomed", "n-3") == (202, None)
        now = text_of(world.now())
        assert await choose(program, other, "room-assigned", "n-3", occurred_at=now) == (202, None)


async def test_the_refusal_has_its_text() -> None:
    assert "room-taken" in texts_of("refusals.ts")
