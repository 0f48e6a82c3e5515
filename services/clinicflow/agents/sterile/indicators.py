"""Biological indicators of a load: a control that has not grown says nothing, a positive one sets the load apart."""

from collections.abc import Sequence

from clinicflow.agents.sterile.loads import with_load
from clinicflow.agents.sterile.state import SterileState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.ids import endless_case
from clinicflow.events import BiIncubated, BiResultRecorded


def register(agent: Agent[SterileState]) -> None:
    """Let the agent hear of indicators."""
    agent.on(BiIncubated)(incubated)
    agent.on(BiResultRecorded)(read)
    agent.derives(BiResultRecorded)(tell)


def incubated(state: SterileState, event: BiIncubated, facts: Facts) -> SterileState:
    """It is in the incubator; a result that was told before stays."""
    return state if state.load.indicator in ("negative", "positive") else with_load(state, indicator="incubating")


def result_of(event: BiResultRecorded) -> str:
    """What it showed."""
    if event.positive:
        return "positive"
    return "negative" if event.control_grew else "invalid"


def read(state: SterileState, event: BiResultRecorded, facts: Facts) -> SterileState:
    """A positive one stays, whatever a second of the same load shows."""
    return state if state.load.indicator == "positive" else with_load(state, indicator=result_of(event))


def tell(before: SterileState, after: SterileState, event: BiResultRecorded, facts: Facts) -> Sequence[Raise]:
    """Tell the sterilizer; set the load apart when spores have grown."""
    result = result_of(event)
    fields = {"asset_id": event.device_id, "load_id": event.load_id, "result": result}
    raised = [Raise("autoclave-tested", fields, case_id=endless_case("asset", event.org_id, event.device_id))]
    if result == "positive" and not after.load.quarantined:
        raised.append(Raise("load-quarantined", {"load_id": event.load_id, "reason": "biological_positive"}))
    return raised
