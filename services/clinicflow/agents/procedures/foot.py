"""Foot clinics: a checklist that is complete, or no check at all."""

from clinicflow.agents.procedures.state import ProceduresState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import FootCheckPrepared

SITES = 10
"""Sites of both feet at which the monofilament is tried at least (own default)."""


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hear of feet."""
    agent.on(FootCheckPrepared)(prepared)


def prepared(state: ProceduresState, event: FootCheckPrepared, facts: Facts) -> ProceduresState | Rejection:
    """The whole checklist was gone through."""
    missing = list(_missing(event))
    if missing:
        return Rejection("checklist-incomplete", f"Expected every step of the checklist, but {missing[0]} is missing.")
    return state


def _missing(event: FootCheckPrepared) -> list[str]:
    steps = {
        "shoes off": event.shoes_off,
        "footwear": event.footwear_seen,
        "risk questions": event.risk_asked,
        f"monofilament at {SITES} sites": event.monofilament_sites >= SITES,
    }
    return [name for name, taken in steps.items() if not taken]
