"""What the front desk remembers of consents: which are refused, and not given since."""

from msgspec.structs import replace

from clinicflow.agents.front_desk.state import FrontDeskState
from clinicflow.core.agent import Agent, Facts
from clinicflow.events import ConsentRefused, ConsentSigned


def register(agent: Agent[FrontDeskState]) -> None:
    """Let the agent hear of consents."""
    agent.on(ConsentSigned)(signed)
    agent.on(ConsentRefused)(refused)


def signed(state: FrontDeskState, event: ConsentSigned, facts: Facts) -> FrontDeskState:
    """A consent that was refused before is given now."""
    return replace(state, consents_refused=_without(state, event.consent_type))


def refused(state: FrontDeskState, event: ConsentRefused, facts: Facts) -> FrontDeskState:
    """The provider must know before anything is done."""
    return replace(state, consents_refused=(*_without(state, event.consent_type), event.consent_type))


def _without(state: FrontDeskState, kind: str) -> tuple[str, ...]:
    return tuple(other for other in state.consents_refused if other != kind)
