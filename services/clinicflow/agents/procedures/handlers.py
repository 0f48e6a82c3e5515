"""The agent, its themes, and what conditions of rules see of them."""

from types import ModuleType
from typing import Any

from msgspec.structs import replace

from clinicflow.agents._common import hands_on
from clinicflow.agents.procedures import (
    appointments,
    contact,
    diagnostics,
    ecg,
    eye,
    foot,
    heart,
    incidents,
    links,
    skin,
    surgery,
    wounds,
)
from clinicflow.agents.procedures.state import ProceduresState
from clinicflow.core.agent import Agent, Facts
from clinicflow.events import Roomed

agent: Agent[ProceduresState] = Agent("procedures", ProceduresState, kinds=("order", "visit", "appointment"))
hands_on(agent)

THEMES: tuple[ModuleType, ...] = (
    appointments,
    contact,
    diagnostics,
    ecg,
    eye,
    foot,
    heart,
    incidents,
    links,
    skin,
    surgery,
    wounds,
)

for theme in THEMES:
    theme.register(agent)


@agent.on(Roomed)
def roomed(state: ProceduresState, event: Roomed, facts: Facts) -> ProceduresState:
    """Count how often the patient was brought to a room: the work-up is asked for once. Whoever is there has come."""
    return replace(
        contact.came(state, event, facts), special=replace(state.special, roomings=state.special.roomings + 1)
    )


@agent.expose
def exposed(state: ProceduresState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "ordered": state.ordered or "",
        "cancelled": state.cancelled,
        "failed": state.failed,
        "appointment_at": state.appointment_at,
        **_of_surgery(state),
        "urgent": state.trace.urgent,
        "pressing": state.trace.pressing,
        "recorded": state.trace.recorded,
        "unread": state.trace.unread,
        "contact_at": state.trace.contact_at,
        "redated": state.trace.redated,
        "resulted": state.resulted,
        "placed": state.wound.placed,
        "booked": state.wound.booked,
        "count_differs": state.wound.count_differs,
        "back_at": state.holter.back_at,
        "returned": state.holter.returned,
        "roomings": state.special.roomings,
        "dilated": state.special.dilated,
        "photographs": state.special.photographs,
    }


def _of_surgery(state: ProceduresState) -> dict[str, Any]:
    surgery = state.surgery
    return {
        "surgery": surgery.surgery,
        "set_up": surgery.pack is not None and not surgery.blocked,
        "pack": surgery.pack or "",
        "pack_expires_at": surgery.expires_at or 0,
        "newly_blocked": surgery.newly_blocked,
        "timeout": surgery.timeout,
        "started": surgery.started,
        "instruments_differ": surgery.count_differs,
    }
