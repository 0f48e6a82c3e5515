"""Electrocardiograms: recorded by an assistant, read by a prescriber and by nobody else."""

from msgspec.structs import replace

from clinicflow.agents._common import PRESCRIBER
from clinicflow.agents.procedures.devices import unfit
from clinicflow.agents.procedures.links import linked, placed
from clinicflow.agents.procedures.state import ProceduresState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import EcgDue, EcgOrdered, EcgRecorded, EcgReviewed


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hear of electrocardiograms."""
    agent.on(EcgOrdered)(ordered)
    agent.on(EcgDue)(ordered)
    agent.on(EcgRecorded)(recorded)
    agent.on(EcgReviewed)(reviewed)
    agent.derives(EcgOrdered, EcgDue, EcgRecorded, EcgReviewed)(linked)


def ordered(state: ProceduresState, event: EcgOrdered | EcgDue, facts: Facts) -> ProceduresState | Rejection:
    """A trace is asked for, by a person or by a standing order."""
    after = placed(state, "ecg", event.visit_case_id)
    if isinstance(after, Rejection):
        return after
    urgent = isinstance(event, EcgOrdered) and (event.indication == "chest_pain" or event.priority == "stat")
    pressing = after.trace.pressing or (urgent and after.trace.unread)
    told = event.first_contact_at if urgent and isinstance(event, EcgOrdered) else None
    contact = told or after.trace.contact_at
    asks = isinstance(event, EcgOrdered) and event.indication == "chest_pain" and told is None
    trace = replace(after.trace, urgent=urgent, pressing=pressing, contact_at=contact)
    return replace(after, trace=replace(trace, ordered_at=event.occurred_at, asks_contact=asks))


def recorded(state: ProceduresState, event: EcgRecorded, facts: Facts) -> ProceduresState | Rejection:
    """A trace that can be read waits for a prescriber."""
    refused = unfit(event)
    if refused is not None:
        return refused
    if event.artefact:
        return state
    pressing = state.trace.urgent or event.device_alert == "acute"
    return replace(state, trace=replace(state.trace, recorded=True, unread=True, pressing=pressing))


def reviewed(state: ProceduresState, event: EcgReviewed, facts: Facts) -> ProceduresState | Rejection:
    """A prescriber has read it."""
    if event.actor_role not in PRESCRIBER:
        who = event.actor_role or "nobody of a known role"
        return Rejection("not-prescriber", f"Expected a prescriber to read the trace, but the event came from {who}.")
    if not state.trace.recorded:
        return Rejection("no-trace", "Expected a trace to read, but none was recorded.")
    return replace(state, trace=replace(state.trace, unread=False))
