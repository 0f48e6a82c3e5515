"""Programs that say on the inbox topic who did something."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from msgspec import json

from clinicflow.codec import decode, encode
from clinicflow.live.inbox import Inbox
from clinicflow.store.memory import MemoryStore
from tests.live import clinic
from tests.live.test_inbox import Put
from tests.web.kit import a_world

pytestmark = pytest.mark.asyncio

GRACE = {"id": "rn-grace", "role": "RN", "clinics": ["north"], "credentials": [{"tag": "rn-license"}]}

TOM = {"id": "ma-tom", "role": "MA", "clinics": ["north"], "credentials": [{"tag": "trainee"}]}
"""Still learning the work: what he does waits for a signature, so it must be said."""


async def told(**actor: Any) -> tuple[int, list[str]]:
    """An acknowledgement of critical vitals by this actor: events journaled, and why not."""
    store = MemoryStore(2)
    await clinic.apply_bundle(store, staff=[GRACE, TOM])
    event = clinic.an_event("critical-vitals-acknowledged", flag_event=clinic.uid("flag"), **actor)
    inbox = Inbox(store, "nowhere:1", lambda: clinic.START)
    await inbox._journal([Put(encode(event), 0)])
    return (await store.health()).unplaced, [letter.reason for letter in await store.dead_letters()]


@pytest.mark.parametrize(
    "actor",
    [
        {},
        {"actor_id": "rn-grace"},
        {"actor_id": "rn-grace", "actor_role": "RN"},
        {"actor_id": "rn-grace", "actor_role": "RN", "actor_credentials": ("rn-license",)},
        {"actor_id": "ma-tom", "actor_role": "MA", "actor_credentials": ("trainee",)},
    ],
)
async def test_who_somebody_is_may_be_said_as_the_bundle_says_it(actor: dict[str, Any]) -> None:
    assert await told(**actor) == (1, [])


@pytest.mark.parametrize(
    "actor",
    [
        {"actor_role": "PRV"},
        {"actor_id": "nobody"},
        {"actor_id": "nobody", "actor_role": "RN"},
        {"actor_id": "ma-tom"},
        {"actor_id": "ma-tom", "actor_role": "MA"},
        {"actor_id": "rn-grace", "actor_role": "PRV"},
        {"actor_id": "rn-grace", "actor_role": "RN", "actor_credentials": ("md-license",)},
        {"actor_credentials": ("rn-license",)},
    ],
)
async def test_a_role_or_credential_that_the_bundle_does_not_give_is_refused(actor: dict[str, Any]) -> None:
    journaled, reasons = await told(**actor)
    assert journaled == 0
    assert len(reasons) == 1
    assert "those of actor_id in the bundle" in reasons[0]


async def journaled(store: MemoryStore) -> Any:
    """The only event that was journaled."""
    [row] = store._tables.journal.values()
    return decode(row.event.payload)


async def test_who_acts_without_a_role_gets_that_of_the_bundle_and_what_was_told() -> None:
    store = MemoryStore(2)
    await clinic.apply_bundle(store, staff=[GRACE, TOM])
    event = clinic.an_event("critical-vitals-acknowledged", flag_event=clinic.uid("flag"), actor_id="rn-grace")
    inbox = Inbox(store, "nowhere:1", lambda: clinic.START)
    await inbox._journal([Put(encode(event), 0), Put(encode(event), 1)])
    found = await journaled(store)
    assert (found.actor_role, found.actor_credentials) == ("RN", ["rn-license"])
    assert await store.dead_letters() == []
    await clinic.apply_bundle(store, staff=[{**GRACE, "credentials": []}, TOM])
    await Inbox(store, "nowhere:1", lambda: clinic.START)._journal([Put(encode(event), 2)])
    assert await store.dead_letters() == [], "a repeat is the same event, whoever its actor is by now"


async def test_a_fact_without_a_role_does_not_end_what_its_actor_may_not_do(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        about = await world.arrival("A1")
        patient = about["patient_id"]
        await world.tell("checked-in", about["case_id"], identifiers_matched=2, patient_id=patient)
        await world.tell("roomed", about["case_id"], room_id="n-1", patient_id=patient)
        await world.settle()
        desk = await world.on_shift("FD")
        told = {**about, "event_id": str(uuid4()), "org_id": "demo", "occurred_at": world.now(), "actor_id": desk}
        fact = {"type": "vitals-taken", "temp": {"value": "37.1", "unit": "Cel"}, **told}
        await Inbox(world.store, "nowhere:1", world.now)._journal([Put(json.encode(fact), 0)])
        await world.settle()
        assert await world.store.dead_letters() == []
        [task] = await world.tasks("take-vitals")
        assert (task.task.status, task.task.reason) == ("requested", "credential")
        assert [row.task.rule for row in await world.tasks("reassign-tasks")] == ["look-at-act"]
