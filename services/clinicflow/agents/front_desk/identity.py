"""What the front desk remembers of doubts about who the patient is."""

from msgspec.structs import replace

from clinicflow.agents.front_desk.state import FrontDeskState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import DemographicsUpdated, IdentityConfirmed, IdentityMismatchFound

IDENTIFIERS = 2
"""How many identifiers must match before anybody is identified."""

ON_LABELS = frozenset({"name", "birth-date", "mrn", "identifier"})
"""What stands on labels."""


def register(agent: Agent[FrontDeskState]) -> None:
    """Let the agent hear of identity."""
    agent.on(IdentityMismatchFound)(mismatch)
    agent.on(IdentityConfirmed)(confirmed)
    agent.on(DemographicsUpdated)(updated)


def mismatch(state: FrontDeskState, event: IdentityMismatchFound, facts: Facts) -> FrontDeskState:
    """It is in doubt who the patient is; labels that were to be printed wait."""
    waiting = any(task.open and task.activity == "reprint-labels" for task in facts.tasks)
    return replace(state, mismatch=True, labels_held=waiting)


def confirmed(state: FrontDeskState, event: IdentityConfirmed, facts: Facts) -> FrontDeskState | Rejection:
    """It is settled, by two identifiers or more."""
    if event.identifiers_matched < IDENTIFIERS:
        found = event.identifiers_matched
        return Rejection("too-few-identifiers", f"Expected two identifiers that match, but there is {found}.")
    return replace(state, mismatch=False, labels_held=state.labels_held and state.mismatch)


def updated(state: FrontDeskState, event: DemographicsUpdated, facts: Facts) -> FrontDeskState:
    """Labels that a change makes wrong are printed anew, but not while the identity is in doubt."""
    if not state.mismatch or ON_LABELS.isdisjoint(event.changed):
        return state
    return replace(state, labels_held=True)
