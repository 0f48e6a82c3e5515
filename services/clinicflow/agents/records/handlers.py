"""The agent, its themes, and what conditions of rules see of them."""

from typing import Any

from clinicflow.agents._common import hands_on
from clinicflow.agents.records import documents, gaps, releases
from clinicflow.agents.records.state import RecordsState
from clinicflow.core.agent import Agent

agent: Agent[RecordsState] = Agent("records", RecordsState, kinds=("document", "visit"))
hands_on(agent)

for theme in (documents, releases, gaps):
    theme.register(agent)


@agent.expose
def exposed(state: RecordsState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "came": state.came,
        "indexed": state.indexed,
        "released": state.released,
        "confirmed": state.confirmed,
        "gaps": len(state.gaps),
        "failed": state.failed,
    }
