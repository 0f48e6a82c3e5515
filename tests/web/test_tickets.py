"""Tickets: random, unique for a day at a clinic, and without a hint at the patient."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinicflow.store.memory import MemoryStore
from clinicflow.web.display import is_ticket
from clinicflow.web.tickets import AVOIDED, DIGITS, LETTERS, random_code, reserve
from tests.web.kit import a_world


def test_codes_are_easy_to_read_aloud_and_say_nothing() -> None:
    chance = random.Random(7)
    codes = [random_code(chance.choice) for _ in range(5000)]

    assert all(is_ticket(code) for code in codes)
    assert not set("".join(codes)) & set("O0I1LQAEU")
    assert not {code[:2] for code in codes} & AVOIDED
    assert all(set(code[:2]) <= set(LETTERS) and set(code[2:]) <= set(DIGITS) for code in codes)
    assert len(set(codes)) > 4000


@pytest.mark.asyncio
async def test_a_code_is_given_once_a_day_at_a_clinic() -> None:
    store = MemoryStore()
    offered = iter(["KT47", "KT47", "KT48", "KT47", "KT47"])

    def make() -> str:
        return next(offered)

    first = await reserve(store, "demo", "north", 20_000, "case-1", make)
    second = await reserve(store, "demo", "north", 20_000, "case-2", make)
    elsewhere = await reserve(store, "demo", "south", 20_000, "case-3", make)
    tomorrow = await reserve(store, "demo", "north", 20_001, "case-4", make)

    assert [first, second, elsewhere, tomorrow] == ["KT47", "KT48", "KT47", "KT47"]


@pytest.mark.asyncio
async def test_when_every_code_is_taken_none_is_given() -> None:
    def same() -> Iterator[str]:
        while True:
            yield "KT47"

    store, codes = MemoryStore(), same()
    await reserve(store, "demo", "north", 20_000, "case-1", lambda: next(codes))

    assert await reserve(store, "demo", "north", 20_000, "case-2", lambda: next(codes)) is None


@pytest.mark.asyncio
async def test_the_desk_gets_a_ticket_with_a_new_visit_and_others_do_not(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        desk = await world.signed_in("fd-lena")

        given = await desk.post("/ui/desk/tickets", json={"clinic_id": "north"})
        for_known = await desk.post("/ui/desk/tickets", json={"clinic_id": "north", "case_id": given.json()["case_id"]})
        refused = {
            "elsewhere": (await desk.post("/ui/desk/tickets", json={"clinic_id": "south"})).status_code,
            "unknown words": (
                await desk.post("/ui/desk/tickets", json={"clinic_id": "north", "name": "x"})
            ).status_code,
            "nobody": (await world.http().post("/ui/desk/tickets", json={"clinic_id": "north"})).status_code,
            "a foreign page": (
                await desk.post("/ui/desk/tickets", json={"clinic_id": "north"}, headers={"X-Clinicflow": ""})
            ).status_code,
        }

    assert given.status_code == 201
    assert is_ticket(given.json()["ticket"])
    assert given.json()["patient_id"].startswith("p-")
    assert for_known.json()["patient_id"] is None
    assert for_known.json()["ticket"] != given.json()["ticket"]
    assert refused == {"elsewhere": 403, "unknown words": 422, "nobody": 401, "a foreign page": 403}
