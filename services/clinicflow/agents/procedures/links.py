"""Orders and their visit: an order is placed once, the visit hears when it begins, is done or is open again."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.procedures.state import ProceduresState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.event import Event
from clinicflow.core.outcome import Rejection
from clinicflow.events import OrderCancelled


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hear of orders that are withdrawn."""
    agent.on(OrderCancelled)(cancelled)
    agent.derives(OrderCancelled)(linked)


def cancelled(state: ProceduresState, event: OrderCancelled, facts: Facts) -> ProceduresState:
    """The order is withdrawn; of a laboratory order this agent knows nothing else."""
    return replace(state, cancelled=True)


def placed(state: ProceduresState, what: str, visit: str | None) -> ProceduresState | Rejection:
    """The state with a new order for ``what``; an order is placed once."""
    if state.ordered is not None:
        return Rejection("already-ordered", "Expected a new order, but this one was placed before.")
    return replace(state, ordered=what, visit=visit)


def linked(before: ProceduresState, after: ProceduresState, event: Event, facts: Facts) -> Sequence[Raise]:
    """Tell the visit when an order of it begins, is done, or is open again."""
    was, now = _open_for(before), _open_for(after)
    if was == now:
        return ()
    fields: dict[str, Any] = {"linked_case_id": event.case_id, "linked_kind": "order"}
    if now is not None:
        by_arrival = after.trace.asks_contact or None
        return (Raise("case-opened", {**fields, "by_arrival": by_arrival}, case_id=now),)
    outcome = "cancelled" if after.cancelled else "done"
    return (Raise("case-closed", {**fields, "outcome": outcome}, case_id=was),)


def _open_for(state: ProceduresState) -> str | None:
    """The visit that waits for the order."""
    return None if state.done else state.visit
