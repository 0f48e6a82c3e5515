"""A procedure: instruments laid out and counted, the time-out, the start, the end, and instruments that are blocked."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.procedures.links import linked
from clinicflow.agents.procedures.state import ProceduresState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.durations import MINUTE
from clinicflow.core.event import Event, Micros
from clinicflow.core.ids import endless_case
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    InstrumentsBlocked,
    NailTrayUsed,
    ProcedureEnded,
    ProcedurePlanned,
    ProcedureSetUp,
    ProcedureStarted,
    ProcedureTimeoutDone,
)

FOR_GOOD = frozenset({"load_recalled", "load_quarantined"})
"""Reasons for which nothing of a load is used for this procedure any more, even if somebody lays it out again."""


READY_BEFORE = 30 * MINUTE
"""Instruments lie ready so long before a planned start (own default)."""


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hear of procedures."""
    agent.on(ProcedurePlanned)(planned)
    agent.on(ProcedureSetUp)(set_up)
    agent.on(InstrumentsBlocked)(blocked)
    agent.on(ProcedureTimeoutDone)(timeout_done)
    agent.on(ProcedureStarted)(started)
    agent.on(ProcedureEnded)(ended)
    agent.on(NailTrayUsed)(tray_used)
    agent.derives(ProcedurePlanned)(past_its_date)
    agent.derives(ProcedureSetUp)(tell_load)
    agent.derives(ProcedureTimeoutDone)(past_its_date)
    agent.derives(ProcedureStarted)(tell_load)
    agent.derives(ProcedureEnded)(linked)
    agent.derives(NailTrayUsed)(tell_load)


def planned(state: ProceduresState, event: ProcedurePlanned, facts: Facts) -> ProceduresState:
    """It is planned, or planned anew for another time."""
    return replace(
        state,
        ordered="procedure",
        visit=event.visit_case_id or state.visit,
        cancelled=False,
        appointment_at=event.start - READY_BEFORE,
        surgery=replace(state.surgery, surgery=event.surgery, start=event.start),
    )


def set_up(state: ProceduresState, event: ProcedureSetUp, facts: Facts) -> ProceduresState | Rejection:
    """A set lies ready: complete, within its date, and none that was blocked."""
    pack = event.load_id or event.kit_id
    refused = _unfit_set(state, event, pack)
    if refused is not None:
        return refused
    surgery = replace(
        state.surgery,
        pack=pack,
        load=event.load_id,
        expires_at=event.pack_expires_at,
        count_in=event.count_in,
        blocked=False,
        timeout=False,
    )
    return replace(state, ordered="procedure", visit=event.visit_case_id or state.visit, surgery=surgery)


def _unfit_set(state: ProceduresState, event: ProcedureSetUp, pack: str) -> Rejection | None:
    if pack in state.surgery.barred:
        return Rejection("instruments-blocked", "Expected another set, but this one was blocked for the procedure.")
    used_at = max(event.occurred_at, state.surgery.start or 0)
    if _expired(event.pack_expires_at, used_at):
        return Rejection("pack-expired", "Expected a pack within its date at the procedure, but it will be past it.")
    if event.count_listed is not None and event.count_in != event.count_listed:
        counted = f"{event.count_in} of {event.count_listed} pieces were counted"
        return Rejection("count-incomplete", f"Expected a complete set, but {counted}.")
    return None


def _expired(until: Micros | None, at: Micros) -> bool:
    return until is not None and at >= until


def blocked(state: ProceduresState, event: InstrumentsBlocked, facts: Facts) -> ProceduresState:
    """The pack may not be used; the set that is laid out is blocked when it is of this pack."""
    surgery = state.surgery
    barred = surgery.barred
    if event.reason in FOR_GOOD and event.load_id not in barred:
        barred = (*barred, event.load_id)
    hit = event.load_id == surgery.pack and not surgery.started and not surgery.blocked
    return replace(state, surgery=replace(surgery, barred=barred, blocked=surgery.blocked or hit, newly_blocked=hit))


def timeout_done(state: ProceduresState, event: ProcedureTimeoutDone, facts: Facts) -> ProceduresState | Rejection:
    """All agree. Where they do not, it was no time-out: it is done again when that is settled."""
    if not (event.patient_agrees and event.procedure_agrees and event.site_agrees):
        return Rejection("timeout-disagrees", "Expected patient, procedure and site to agree, but they do not.")
    return replace(state, surgery=replace(state.surgery, timeout=True))


def past_its_date(
    before: ProceduresState, after: ProceduresState, event: ProcedurePlanned | ProcedureTimeoutDone, facts: Facts
) -> Sequence[Raise]:
    """Block a set whose date is over when the procedure begins, or that the team did not find sterile, unless it is."""
    surgery = after.surgery
    used_at = event.start if isinstance(event, ProcedurePlanned) else event.occurred_at
    unsterile = isinstance(event, ProcedureTimeoutDone) and event.pack_sterile is False
    raised = list(linked(before, after, event, facts))
    lies_ready = surgery.pack is not None and not surgery.started and not surgery.blocked
    if lies_ready and (unsterile or _expired(surgery.expires_at, used_at)):
        fields = {"load_id": surgery.pack, "reason": "pack_expired"}
        raised.append(Raise("instruments-blocked", fields))
    return raised


def started(state: ProceduresState, event: ProcedureStarted, facts: Facts) -> ProceduresState | Rejection:
    """It has begun, never with instruments that are blocked or past their date."""
    surgery = state.surgery
    if surgery.blocked or _expired(surgery.expires_at, event.occurred_at):
        return Rejection("instruments-blocked", "Expected instruments that may be used, but the set is blocked.")
    visit = event.visit_case_id or state.visit
    return replace(state, ordered="procedure", visit=visit, surgery=replace(surgery, started=True))


def tell_load(before: ProceduresState, after: ProceduresState, event: Event, facts: Facts) -> Sequence[Raise]:
    """Tell the load which procedure uses it, so that a recall finds the patient; the visit hears of the case."""
    load = event.load_id if isinstance(event, NailTrayUsed) else after.surgery.load
    raised = list(linked(before, after, event, facts))
    if load is not None:
        fields: dict[str, Any] = {"load_id": load, "procedure_case_id": event.case_id}
        raised.append(Raise("load-used", fields, case_id=endless_case("load", event.org_id, load)))
    return raised


def ended(state: ProceduresState, event: ProcedureEnded, facts: Facts) -> ProceduresState | Rejection:
    """It is over; a count that was not made differs from one that was."""
    if not state.surgery.started:
        return Rejection("not-started", "Expected a procedure that has begun, but this one has not.")
    differs = state.surgery.count_in is not None and event.count_out != state.surgery.count_in
    return replace(state, surgery=replace(state.surgery, ended=True, count_differs=differs))


def tray_used(state: ProceduresState, event: NailTrayUsed, facts: Facts) -> ProceduresState | Rejection:
    """A tray was used for nails; one past its date is not."""
    if _expired(event.pack_expires_at, event.occurred_at):
        return Rejection("pack-expired", "Expected a pack within its date, but it is past it.")
    return state
