"""Skin clinics: photographs with consent, and biopsies, which go on as specimens."""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents.procedures.state import ProceduresState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.outcome import Rejection
from clinicflow.events import BiopsyCollected, LesionPhotographed


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hear of photographs."""
    agent.on(LesionPhotographed)(photographed)
    agent.derives(BiopsyCollected)(as_specimen)


def photographed(state: ProceduresState, event: LesionPhotographed, facts: Facts) -> ProceduresState | Rejection:
    """A photograph is kept only when the patient agreed to it."""
    if not event.consent:
        return Rejection("consent-missing", "Expected the patient's consent to the photograph, but there is none.")
    return replace(state, special=replace(state.special, photographs=state.special.photographs + 1))


def as_specimen(
    before: ProceduresState, after: ProceduresState, event: BiopsyCollected, facts: Facts
) -> Sequence[Raise]:
    """The pot is labelled, logged and sent like every specimen."""
    fields = {
        "specimen_id": event.specimen_id,
        "specimen_type": "tissue",
        "site": event.site,
        "two_ids_checked": event.two_ids_checked,
    }
    return (Raise("specimen-collected", fields),)
