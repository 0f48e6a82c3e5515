"""The agent, its themes, and what conditions of rules see of them."""

from types import ModuleType
from typing import Any

from clinicflow.agents.facility import equipment, injuries, rooms
from clinicflow.agents.facility.state import FacilityState
from clinicflow.core.agent import Agent

agent: Agent[FacilityState] = Agent(
    "facility", FacilityState, kinds=("room", "asset", "incident"), reads={"air-times": "air-times"}
)

THEMES: tuple[ModuleType, ...] = (rooms, equipment, injuries)

for theme in THEMES:
    theme.register(agent)


@agent.expose
def exposed(state: FacilityState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "airing": "airborne" in state.room.blocks,
        "air_until": state.room.air_until or 0,
        "blocks": list(state.room.blocks),
        "asset_id": state.asset.asset_id or "",
        "out": list(state.asset.out),
        "due": list(state.asset.due),
        "done": list(state.incident.done),
    }
