"""Where an accepted event stands, as clients and operators are told.

The store knows how far the agents are and what they refused. One thing more is told here: a correction whose event has
not come to the case changes nothing yet. The agents have passed it, so the store says ``applied``; it is ``waiting``.
"""

import msgspec

from clinicflow import codec
from clinicflow.errors import UndecodableEvent
from clinicflow.store.ports import Store
from clinicflow.store.rows import EventOutcome

_DONE = ("applied", "refused")


async def outcome_of(store: Store, org_id: str, event_id: str) -> EventOutcome | None:
    """The outcome of any event; None when it was never accepted."""
    found = await store.outcome(org_id, event_id)
    if found is None or found.state != "applied":
        return found
    row = await store.journal_event(org_id, event_id)
    return found if row is None else await outcome_of_correction(store, org_id, found, _corrected(row.payload))


async def outcome_of_correction(store: Store, org_id: str, found: EventOutcome, corrects: str | None) -> EventOutcome:
    """The outcome of an event that corrects another (None: it corrects none), of which the agents have passed it."""
    if corrects is None or found.state != "applied":
        return found
    target = await store.outcome(org_id, corrects)
    if target is not None and target.case_id == found.case_id and target.state in _DONE:
        return found
    return msgspec.structs.replace(found, state="waiting")


def _corrected(payload: bytes) -> str | None:
    try:
        return codec.decode(payload).corrects
    except UndecodableEvent:  # a dead letter of every agent; what it corrects cannot be told
        return None
