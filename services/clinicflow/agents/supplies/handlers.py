"""The agent, its themes, and what conditions of rules see of them."""

from types import ModuleType
from typing import Any

from clinicflow.agents.supplies import cold, levels, lots, uses
from clinicflow.agents.supplies.state import SuppliesState
from clinicflow.core.agent import Agent

agent: Agent[SuppliesState] = Agent(
    "supplies",
    SuppliesState,
    kinds=("stock", "asset", "order"),
    reads={"stock-levels": "stock-levels", "cold-storage": "cold-storage"},
)

THEMES: tuple[ModuleType, ...] = (levels, lots, uses, cold)

for theme in THEMES:
    theme.register(agent)


@agent.expose
def exposed(state: SuppliesState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "ordered": state.stock.ordered,
        "held": len(state.stock.held),
        "barred_use": state.stock.barred_use,
    }
