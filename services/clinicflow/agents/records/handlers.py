"""The agent, its themes, and what conditions of rules see of them."""

from typing import Any

from msgspec.structs import replace

from clinicflow.agents._common import given_up
from clinicflow.agents.records import documents, gaps, releases
from clinicflow.agents.records.state import RecordsState
from clinicflow.core.agent import Agent, Facts
from clinicflow.events import TaskFailRequested

agent: Agent[RecordsState] = Agent("records", RecordsState, kinds=("document", "visit"), version=1)

for theme in (documents, releases, gaps):
    theme.register(agent)


@agent.on(TaskFailRequested)
def failed(state: RecordsState, event: TaskFailRequested, facts: Facts) -> RecordsState:
    """Remember what kind of work was given up, so that a rule tells the asker."""
    return replace(state, failed=given_up(event, facts))


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
