"""What went wrong in the work on an order, whoever's order it is: a case of its own is opened for it.

Staff are asked to report by the agents of specimens, medications and procedures, and answer on the order. One agent
only may hand that on, or there would be as many incidents: this one hears of all orders.
"""

from collections.abc import Sequence

from clinicflow.agents.procedures.state import ProceduresState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.ids import named
from clinicflow.events import IncidentFiled


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hand on what was filed."""
    agent.derives(IncidentFiled)(reported)


def reported(before: ProceduresState, after: ProceduresState, event: IncidentFiled, facts: Facts) -> Sequence[Raise]:
    """The incident, with the order that it is about."""
    fields = {"incident": event.incident, "about_case_id": event.case_id}
    return (Raise("incident-reported", fields, case_id=named(f"incident-filed|{event.org_id}|{event.event_id}")),)
