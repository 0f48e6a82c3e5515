"""Wounds: dressings that are changed by order, stitches that come out and are counted, signs that a nurse looks at."""

from msgspec.structs import replace

from clinicflow.agents._common import NURSE_OR_PRESCRIBER
from clinicflow.agents.procedures.links import linked, placed
from clinicflow.agents.procedures.state import ProceduresState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.durations import DAY
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    DressingChanged,
    DressingOrdered,
    SutureRemovalOrdered,
    SuturesRemoved,
    WoundChecked,
    WoundConcernReported,
)


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hear of wounds."""
    agent.on(DressingOrdered)(dressing_ordered)
    agent.on(DressingChanged)(dressing_changed)
    agent.on(SutureRemovalOrdered)(removal_ordered)
    agent.on(SuturesRemoved)(removed)
    agent.on(WoundConcernReported)(concern)
    agent.on(WoundChecked)(checked)
    agent.derives(DressingOrdered, DressingChanged, SutureRemovalOrdered, SuturesRemoved)(linked)
    agent.derives(WoundConcernReported, WoundChecked)(linked)


def dressing_ordered(state: ProceduresState, event: DressingOrdered, facts: Facts) -> ProceduresState | Rejection:
    """A wound is to be dressed every so many days."""
    if event.every_days < 1:
        return Rejection("interval", f"Expected a dressing to stay on a day or longer, but got {event.every_days} d.")
    after = placed(state, "dressing", event.visit_case_id)
    if isinstance(after, Rejection):
        return after
    wound = replace(after.wound, every_days=event.every_days)
    return replace(after, appointment_at=event.first_due, wound=wound)


def dressing_changed(state: ProceduresState, event: DressingChanged, facts: Facts) -> ProceduresState | Rejection:
    """The next change is due in so many days, unless this was the last one."""
    if state.ordered != "dressing":
        return _no_order("dressing")
    if event.photo_ref is None and not event.photo_refused:
        return Rejection("photo-missing", "Expected a photograph or that the patient wants none, but there is neither.")
    following = event.occurred_at + state.wound.every_days * DAY
    return replace(state, appointment_at=following, wound=replace(state.wound, finished=event.last))


def removal_ordered(state: ProceduresState, event: SutureRemovalOrdered, facts: Facts) -> ProceduresState | Rejection:
    """Stitches are to come out on a day."""
    if event.placed < 1:
        return Rejection("none-placed", "Expected at least one stitch, but the order names none.")
    after = placed(state, "sutures", event.visit_case_id)
    if isinstance(after, Rejection):
        return after
    booked = bool(event.booked) or event.visit_case_id is not None
    wound = replace(after.wound, placed=event.placed, booked=booked)
    return replace(after, appointment_at=event.due_at, wound=wound)


def removed(state: ProceduresState, event: SuturesRemoved, facts: Facts) -> ProceduresState | Rejection:
    """They came out, by order only, and were counted."""
    if state.ordered != "sutures":
        return _no_order("removal of stitches")
    return replace(state, wound=replace(state.wound, removed=event.removed, closed=event.wound_closed))


def _no_order(what: str) -> Rejection:
    return Rejection("no-order", f"Expected an order for the {what}, but there is none.")


def concern(state: ProceduresState, event: WoundConcernReported, facts: Facts) -> ProceduresState:
    """A sign was seen, at a wound of this order or of one of which nothing was ordered."""
    after = state if state.ordered is not None else replace(state, ordered="wound", visit=event.visit_case_id)
    return replace(after, wound=replace(after.wound, concern=True))


def checked(state: ProceduresState, event: WoundChecked, facts: Facts) -> ProceduresState | Rejection:
    """Somebody licensed has looked; a count that differed is settled with it."""
    if event.actor_role not in NURSE_OR_PRESCRIBER:
        who = event.actor_role or "nobody of a known role"
        return Rejection("not-licensed", f"Expected a nurse or a prescriber to check a wound, but it was {who}.")
    wound = replace(state.wound, concern=False)
    return replace(state, wound=replace(wound, removed=wound.placed) if wound.count_differs else wound)
