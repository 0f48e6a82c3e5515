"""Which procedures a load's instruments were laid out for, and telling each of them when they may not be used."""

from collections.abc import Sequence

from clinicflow.agents.sterile.loads import with_load
from clinicflow.agents.sterile.state import LoadSide, SterileState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.outcome import Rejection
from clinicflow.events import LoadQuarantined, LoadRecalled, LoadUsed, RecallAcknowledged


def register(agent: Agent[SterileState]) -> None:
    """Let the agent hear of uses and recalls."""
    agent.on(LoadUsed)(used)
    agent.on(LoadRecalled)(recalled)
    agent.on(RecallAcknowledged)(acknowledged)
    agent.derives(LoadUsed)(block_one)
    agent.derives(LoadQuarantined)(block_all)
    agent.derives(LoadRecalled)(block_all)


def used(state: SterileState, event: LoadUsed, facts: Facts) -> SterileState:
    """A procedure has instruments of it; it is kept for good, as a recall may come much later."""
    uses = state.load.uses
    if event.procedure_case_id in uses:
        return state
    return with_load(state, uses=(*uses, event.procedure_case_id))


def recalled(state: SterileState, event: LoadRecalled, facts: Facts) -> SterileState | Rejection:
    """Everything of it must come back; it is recalled once."""
    if state.load.recalled:
        return Rejection("already-recalled", "Expected a load that was not recalled, but it was before.")
    return with_load(state, recalled=True, released=False)


def acknowledged(state: SterileState, event: RecallAcknowledged, facts: Facts) -> SterileState | Rejection:
    """A clinician has taken charge of the patients of a recall."""
    if not state.load.recalled:
        return Rejection("not-recalled", "Expected a recalled load, but this one is not.")
    return state


def block_one(before: SterileState, after: SterileState, event: LoadUsed, facts: Facts) -> Sequence[Raise]:
    """A procedure hears at once that the instruments it laid out may not be used."""
    reason = unfit(after.load)
    return () if reason is None else (_blocked(event.load_id, event.procedure_case_id, reason),)


def block_all(
    before: SterileState, after: SterileState, event: LoadQuarantined | LoadRecalled, facts: Facts
) -> Sequence[Raise]:
    """Every procedure that had instruments of the load hears of it."""
    reason = unfit(after.load) or "other"
    return [_blocked(event.load_id, case, reason) for case in after.load.uses]


def unfit(load: LoadSide) -> str | None:
    """Why instruments of the load may not be used; None when they may."""
    if load.recalled:
        return "load_recalled"
    if load.quarantined:
        return "load_quarantined"
    return None if load.released else "load_not_released"


def _blocked(load_id: str, procedure: str, reason: str) -> Raise:
    return Raise("instruments-blocked", {"load_id": load_id, "reason": reason}, case_id=procedure, key=procedure)
