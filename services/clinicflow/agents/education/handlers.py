"""The agent, its themes, and what conditions of rules see of them."""

from typing import Any

from clinicflow.agents._common import hands_on
from clinicflow.agents.education import plans, questions, teaching
from clinicflow.agents.education.state import EducationState
from clinicflow.core.agent import Agent

TABLES = {"teaching-materials": "approved-texts", "approved-questions": "approved-texts"}

agent: Agent[EducationState] = Agent("education", EducationState, kinds=("order", "call", "visit"), reads=TABLES)
hands_on(agent)

for theme in (teaching, questions, plans):
    theme.register(agent)


@agent.expose
def exposed(state: EducationState) -> dict[str, Any]:
    """What conditions of rules see."""
    newest = state.questions[-1] if state.questions else None
    return {
        "way": "" if state.ordered is None or state.cancelled else state.ordered,
        "reachable": state.reachable,
        "interpreters": state.interpreters,
        "taught": state.taught,
        "on_list": newest is not None and newest.version is not None,
        "questions_open": state.waiting,
        "signed": state.visit.signed,
        "ended": state.visit.ended,
        "explained": state.visit.explained,
        "follow_up": state.visit.follow_up,
        "failed": state.failed,
    }
