"""Diagnostic tests: a reading by a device in order, then a prescriber who reviews it."""

from msgspec.structs import replace

from clinicflow.agents._common import PRESCRIBER
from clinicflow.agents.procedures.devices import unfit
from clinicflow.agents.procedures.links import linked, placed
from clinicflow.agents.procedures.state import ProceduresState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import DiagnosticTestOrdered, HearingScreened, ResultReviewed, SpirometryRecorded


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hear of diagnostic tests."""
    agent.on(DiagnosticTestOrdered)(ordered)
    agent.on(SpirometryRecorded)(recorded)
    agent.on(HearingScreened)(recorded)
    agent.on(ResultReviewed)(reviewed)
    agent.derives(DiagnosticTestOrdered, SpirometryRecorded, HearingScreened, ResultReviewed)(linked)


def ordered(state: ProceduresState, event: DiagnosticTestOrdered, facts: Facts) -> ProceduresState | Rejection:
    """A test is asked for."""
    return placed(state, event.test, event.visit_case_id)


def recorded(
    state: ProceduresState, event: SpirometryRecorded | HearingScreened, facts: Facts
) -> ProceduresState | Rejection:
    """The reading counts when the device is in order."""
    return unfit(event) or replace(state, resulted=True, reviewed=False)


def reviewed(state: ProceduresState, event: ResultReviewed, facts: Facts) -> ProceduresState | Rejection:
    """A prescriber has looked; results of the laboratory are another agent's."""
    if not state.resulted:
        return state
    if event.actor_role is not None and event.actor_role not in PRESCRIBER:
        return Rejection(
            "not-prescriber", f"Expected a prescriber to review a result, but the event came from {event.actor_role}."
        )
    return replace(state, reviewed=True)
