"""Skin clinics: photographs with consent. Biopsies are specimens, and another agent's."""

from msgspec.structs import replace

from clinicflow.agents.procedures.state import ProceduresState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import LesionPhotographed


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hear of photographs."""
    agent.on(LesionPhotographed)(photographed)


def photographed(state: ProceduresState, event: LesionPhotographed, facts: Facts) -> ProceduresState | Rejection:
    """A photograph is kept only when the patient agreed to it."""
    if not event.consent:
        return Rejection("consent-missing", "Expected the patient's consent to the photograph, but there is none.")
    return replace(state, special=replace(state.special, photographs=state.special.photographs + 1))
