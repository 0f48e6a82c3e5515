"""What a tube needs before it goes: to clot, to be spun, within the limit that the protocol gives."""

from msgspec.structs import replace

from clinicflow.agents.specimens.state import Ids, SpecimensState, added
from clinicflow.core.agent import Agent, Facts
from clinicflow.events import SpecimenAtRisk, SpecimenCollected, SpecimenPrepared

MINUTE = 60_000_000


def register(agent: Agent[SpecimensState]) -> None:
    """Let the agent hear of preparation."""
    agent.on(SpecimenPrepared)(prepared)
    agent.on(SpecimenAtRisk)(at_risk)


def asked(state: SpecimensState, event: SpecimenCollected) -> SpecimensState:
    """Keep what the specimen needs, and since when."""
    if event.preparation in (None, "none"):
        return state
    clots = event.preparation == "clot_and_spin"
    return replace(
        state,
        to_prepare=added(state.to_prepare, event.specimen_id),
        to_clot=added(state.to_clot, event.specimen_id) if clots else state.to_clot,
        collected_at=(*state.collected_at, (event.specimen_id, event.occurred_at)),
    )


def prepared(state: SpecimensState, event: SpecimenPrepared, facts: Facts) -> SpecimensState:
    """It is ready to go; how long that took is told once, for one that is not known to be at risk."""
    taken = dict(state.collected_at).get(event.specimen_id)
    told = taken is not None and event.specimen_id not in state.at_risk
    clots = event.specimen_id in state.to_clot
    return replace(
        state,
        prepared=added(state.prepared, event.specimen_id),
        prepared_after=(event.occurred_at - taken) // MINUTE if told and taken is not None else -1,
        clotted=(event.clot_minutes or 0) if clots else -1,
    )


def at_risk(state: SpecimensState, event: SpecimenAtRisk, facts: Facts) -> SpecimensState:
    """It may be of no use; the laboratory says."""
    return state if event.specimen_id is None else replace(state, at_risk=added(state.at_risk, event.specimen_id))


def unprepared(state: SpecimensState) -> Ids:
    """Labelled specimens that wait to be prepared."""
    return tuple(found for found in state.to_prepare if found in state.labelled and found not in state.prepared)


def next_unprepared(state: SpecimensState) -> str | None:
    """The first of them that is not known to be at risk."""
    return next((found for found in unprepared(state) if found not in state.at_risk), None)
