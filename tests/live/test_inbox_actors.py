"""Programs that say on the inbox topic who did something."""

from __future__ import annotations

from typing import Any

import pytest

from clinicflow.codec import encode
from clinicflow.live.inbox import Inbox
from clinicflow.store.memory import MemoryStore
from tests.live import clinic
from tests.live.test_inbox import Put

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
