"""Eye clinics: sight, pressure, field of vision, and drops that widen the pupils by order."""

from msgspec.structs import replace

from clinicflow.agents.procedures.devices import unfit
from clinicflow.agents.procedures.state import ProceduresState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import DilationChecked, DilationDropsGiven, TonometryRecorded, VisualFieldDone

HIGHEST = 90
"""mm[Hg]; what is above it is a typing error."""


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hear of eyes."""
    agent.on(TonometryRecorded)(pressure)
    agent.on(VisualFieldDone)(field)
    agent.on(DilationDropsGiven)(drops)
    agent.on(DilationChecked)(dilation)


def pressure(state: ProceduresState, event: TonometryRecorded, facts: Facts) -> ProceduresState | Rejection:
    """A pressure that can be true, by a device in order."""
    for value in (event.right, event.left):
        if value is not None and not 0 <= value <= HIGHEST:
            return Rejection("implausible", f"Expected a pressure from 0 to {HIGHEST} mm[Hg], but got {value}.")
    if event.right is None and event.left is None:
        return Rejection("nothing-measured", "Expected the pressure of an eye, but there is none.")
    return unfit(event) or state


def field(state: ProceduresState, event: VisualFieldDone, facts: Facts) -> ProceduresState | Rejection:
    """The field of vision, by a device in order."""
    return unfit(event) or state


def drops(state: ProceduresState, event: DilationDropsGiven, facts: Facts) -> ProceduresState | Rejection:
    """Drops are medicines: by order, from a bottle within its date."""
    if event.order_case_id is None:
        return Rejection("no-order", "Expected an order for the drops, but there is none.")
    if event.expires_at is not None and event.occurred_at >= event.expires_at:
        return Rejection("drops-expired", "Expected drops within their date, but they are past it.")
    return replace(state, special=replace(state.special, dilated=False))


def dilation(state: ProceduresState, event: DilationChecked, facts: Facts) -> ProceduresState:
    """Whether the pupils are wide."""
    return replace(state, special=replace(state.special, dilated=event.wide))
