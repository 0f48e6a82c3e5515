"""The agent, its themes, and what conditions of rules see of them."""

from types import ModuleType
from typing import Any

from clinicflow.agents.staffing import credentials, learning, shifts
from clinicflow.agents.staffing.state import StaffingState
from clinicflow.core.agent import Agent

agent: Agent[StaffingState] = Agent(
    "staffing",
    StaffingState,
    kinds=("staff", "clinic", "order"),
    reads={"training-needs": "training-needs"},
)

THEMES: tuple[ModuleType, ...] = (shifts, credentials, learning)

for theme in THEMES:
    theme.register(agent)


@agent.expose
def exposed(state: StaffingState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "staff_id": state.staff_id or "",
        "on_shift": state.on_shift,
        "on_break": state.on_break,
        "trainee": state.trainee,
        "expiring": list(state.expiring),
        "courses": list(state.courses),
        "unsigned": len(state.unsigned),
        "enough": state.enough,
        "trainees": list(state.trainees),
    }
