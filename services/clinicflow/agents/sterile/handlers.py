"""The agent, its themes, and what conditions of rules see of them."""

from types import ModuleType
from typing import Any

from clinicflow.agents.sterile import devices, indicators, loads, trays, uses
from clinicflow.agents.sterile.state import SterileState
from clinicflow.core.agent import Agent

agent: Agent[SterileState] = Agent(
    "sterile",
    SterileState,
    kinds=("load", "asset", "order"),
    reads={"sterile-policy": "sterile-policy"},
)

THEMES: tuple[ModuleType, ...] = (loads, uses, indicators, devices, trays)

for theme in THEMES:
    theme.register(agent)


@agent.expose
def exposed(state: SterileState) -> dict[str, Any]:
    """What conditions of rules see."""
    load, device = state.load, state.device
    return {
        "implant": load.implant,
        "failed": load.failed,
        "indicator": load.indicator or "none",
        "quarantined": load.quarantined,
        "released": load.released,
        "recalled": load.recalled,
        "uses": len(load.uses),
        "asset_id": device.asset_id or "",
        "missing": state.tray.missing,
    }
